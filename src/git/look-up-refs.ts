/** Refs, each question one process: all of them as a stream, some by their names, and those of merge requests. */
import type { GitPlace } from './git-process.ts';
import { streamLines } from './run-git.ts';

export interface KnownRef {
  id: string;
  parents: string[];
}

/**
 * Some refs, with the parents of the commits they stand for.
 * @param refs full names without pattern characters; those that do not exist are left out of the answer
 * @returns without any parents when one of their commits cannot be read
 */
export async function lookUpRefs(place: GitPlace, refs: readonly string[]): Promise<Map<string, KnownRef>> {
  const wanted = new Set(refs);
  if (wanted.size === 0) return new Map();
  return lookUp(place, wanted, ' %(parent)').catch(() => lookUp(place, wanted, ''));
}

async function lookUp(
  place: GitPlace,
  wanted: ReadonlySet<string>,
  parents: string,
): Promise<Map<string, KnownRef>> {
  const found = new Map<string, KnownRef>();
  const args = ['for-each-ref', `--format=%(objectname) %(refname)${parents}`, '--', ...wanted];
  for await (const lines of streamLines(place, args)) {
    for (const line of lines) {
      const [id = '', ref = '', ...parents] = line.split(' ');
      // git takes a name for a directory's, too.
      if (wanted.has(ref)) found.set(ref, { id, parents: parents.filter(Boolean) });
    }
  }
  return found;
}

/** The highest number that a `refs/pull/<number>/…` has; 0 when there is none. */
export async function highestPull(place: GitPlace): Promise<number> {
  let highest = 0;
  // One of more digits was made by hand, and would leave no room for the next.
  for await (const { number } of pulls(place)) if (number < 1e9) highest = Math.max(highest, number);
  return highest;
}

/** What `refs/pull/<number>/head` stands for, by number. */
export async function pullHeads(place: GitPlace): Promise<Map<number, string>> {
  const heads = new Map<number, string>();
  for await (const { number, name, id } of pulls(place)) if (name === 'head') heads.set(number, id);
  return heads;
}

async function* pulls(place: GitPlace) {
  const args = ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/pull/'];
  for await (const lines of streamLines(place, args)) {
    for (const line of lines) {
      const [, id = '', number, name = ''] = /^(\w+) refs\/pull\/([1-9]\d{0,9})\/(.*)$/.exec(line) ?? [];
      if (number !== undefined) yield { number: Number(number), name, id };
    }
  }
}

export interface RefTip {
  ref: string;
  id: string;
}

/**
 * All branches and tags with what they point to, in arrays of some thousand: a repository may have half a million. Ordered
 * by the bytes of the ref's name.
 * @throws BelfryError `git`
 */
export async function* listRefs(place: GitPlace): AsyncGenerator<RefTip[], void> {
  const args = ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags'];
  for await (const lines of streamLines(place, args)) yield lines.map(toTip);
}

function toTip(line: string): RefTip {
  const space = line.indexOf(' ');
  return { id: line.slice(0, space), ref: line.slice(space + 1) };
}
