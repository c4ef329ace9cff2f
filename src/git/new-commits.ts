/**
 * The commits that a push brought to a branch, and for each of them the commit of the branch's own line that brought it:
 * the merge commit, or itself after a fast-forward. One process.
 */
import type { GitPlace } from './git-process.ts';
import { streamGit } from './run-git.ts';

export interface NewCommits {
  /** Newest first. */
  ids: string[];
  /** Those with fewer than two parents. */
  plain: string[];
  /** By commit: which one of the branch's first parents brought it. */
  broughtBy: Map<string, string>;
}

/** @param known commits whose histories were there before; those that are gone by now do not matter */
export async function newCommits(
  place: GitPlace,
  tip: string,
  known: readonly string[],
): Promise<NewCommits> {
  const parents = new Map<string, string[]>();
  const args = ['rev-list', '--parents', '--topo-order', '--ignore-missing', '--stdin'];
  const input = [tip, ...new Set(known)].map((id, at) => `${at === 0 ? '' : '^'}${id}\n`).join('');
  let rest = '';
  for await (const chunk of streamGit(place, args, input)) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      const [id = '', ...ids] = line.split(' ');
      parents.set(id, ids);
    }
  }
  const ids = [...parents.keys()];
  return {
    ids,
    plain: ids.filter(id => parents.get(id)!.length < 2),
    broughtBy: broughtBy(tip, parents),
  };
}

/** From the oldest of the branch's own commits up: whatever one of them is the first to reach, it has brought. */
function broughtBy(tip: string, parents: Map<string, string[]>): Map<string, string> {
  const line: string[] = [];
  for (let id: string | undefined = tip; id !== undefined && parents.has(id); id = parents.get(id)![0])
    line.push(id);
  const found = new Map<string, string>();
  for (const bringer of line.reverse()) {
    const ahead = [bringer];
    for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
      if (found.has(id) || !parents.has(id)) continue;
      found.set(id, bringer);
      ahead.push(...parents.get(id)!);
    }
  }
  return found;
}
