/**
 * Whether git may read a repository's objects in the worker's name. Who may write a repository can make it lead to objects
 * of another one that only the worker may read, by symbolic links or by `objects/info/alternates`, and would be told of
 * those as of his own. Nothing else leads there: git is given no other object directory, and its settings know none.
 *
 * What is found holds for the moment in which it was examined. So it is examined again after git has read: whoever
 * changes something and puts it back leaves another time of change (ctime), which nobody can set. What is left: a file
 * that was there as a regular one and is written over in place is no link, and objects are named by what they contain; a
 * machine whose clock is set back while git reads could show the same ctime twice.
 */
// long: one examination keeps the marks of all that it saw; what it examines is one list of places.
import type { BigIntStats, Dirent } from 'node:fs';
import { constants } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isPassing } from './passing-trouble.ts';

export interface ObjectTrust {
  /** Number of the account that owns belfry's home. */
  owner: number;
  /** Directories below which repositories lie, as they were given. */
  roots: readonly string[];
  /** Object directories, or directories of them, that everybody's repositories may borrow from. */
  alternates: readonly string[];
}

export interface ExaminedObjects {
  /** What must not be read, and why: one sentence. Null: git may read. */
  problem: string | null;
  /** It may be another one in a moment: the repository was away, or its file system did not answer. */
  passes: boolean;
  /** By path what was examined; empty text: nothing was there. */
  marks: Map<string, string>;
}

/** As deep as git follows alternates. */
const DEEPEST = 5;
const MOST_ALTERNATES = 100;
const LONGEST_FILE = 64 * 1024;
/** Where else git follows a link, or is told of another place. */
const PLAIN_FILES = ['config', 'config.worktree', 'packed-refs', 'shallow'];

const NO_DIRECTORY = 'It is not a directory.';

/** @param repository absolute path of the git directory, symbolic links resolved */
export async function examineObjects(repository: string, trust: ObjectTrust): Promise<ExaminedObjects> {
  const examination = new Examination(trust);
  try {
    const problem = await examination.repository(repository);
    return { problem, passes: problem === NO_DIRECTORY, marks: examination.marks };
  } catch (error) {
    const problem = `It cannot be looked through: ${(error as Error).message}.`;
    return { problem, passes: isPassing(error), marks: examination.marks };
  }
}

/** Whether all is still as it was examined. */
export async function isUnchanged({ marks }: ExaminedObjects): Promise<boolean> {
  const same = await Promise.all(
    [...marks].map(async ([path, mark]) => {
      const found = await statOf(path).catch(() => null);
      return mark === markOf(found) || (found !== null && mark === placeOf(found));
    }),
  );
  return same.every(Boolean);
}

class Examination {
  readonly marks = new Map<string, string>();
  readonly #trust: ObjectTrust;
  #left = MOST_ALTERNATES;

  constructor(trust: ObjectTrust) {
    this.#trust = trust;
  }

  async repository(path: string): Promise<string | null> {
    const objects = join(path, 'objects');
    const [own, inside] = [await statOf(path), await statOf(objects)];
    if (!isDirectory(own)) return NO_DIRECTORY;
    if (!isDirectory(inside)) return `${objects} is not a directory of its own.`;
    await this.#noteWay(path, own);
    const others = await Promise.all(['info', 'pack'].map(name => statOf(join(objects, name))));
    if ([own, inside, ...others].every(one => one === null || this.#isOwners(one))) {
      // Only who owns the home could have put anything there. Others may still put another directory in its place.
      this.marks.set(path, placeOf(own)).set(objects, placeOf(inside));
      return null;
    }
    this.marks.set(path, placeOf(own));
    if (await this.#note(join(path, 'commondir'))) return 'It takes its objects from elsewhere (commondir).';
    for (const name of PLAIN_FILES) {
      const found = await statOf(join(path, name));
      if (found !== null && !found.isFile()) return `${join(path, name)} is not a regular file.`;
      // Refs are packed all the time, and say nothing of objects.
      if (name !== 'packed-refs') this.marks.set(join(path, name), markOf(found));
    }
    return this.#objects(objects, inside.gid, 0);
  }

  /** An object directory, with those that it borrows from. */
  async #objects(directory: string, gid: bigint, depth: number): Promise<string | null> {
    for (const [path, entries] of await this.#read(directory)) {
      for (const entry of entries) {
        if (!entry.isFile() && !entry.isDirectory())
          return `${join(path, entry.name)} is not a regular file.`;
      }
    }
    const file = join(directory, 'info', 'alternates');
    if (!(await this.#note(file))) return null;
    if (depth === DEEPEST) return null;
    for (const line of linesOf(await readPlain(file))) {
      if (line.startsWith('"')) return `${file} has a name in quotes.`;
      const problem = await this.#alternate(resolve(directory, line), gid, depth + 1);
      if (problem !== null) return problem;
    }
    return null;
  }

  async #alternate(given: string, gid: bigint, depth: number): Promise<string | null> {
    const directory = await realpath(given).catch(() => null);
    // Git goes on without it; that it is not there is examined again as well.
    if (directory === null) return (await this.#note(given)) ? `${given} does not exist.` : null;
    if (--this.#left < 0) return `It borrows from more than ${MOST_ALTERNATES} places.`;
    if ((await this.#baseOf(this.#trust.alternates, given, directory)) === null) {
      const root = await this.#baseOf(this.#trust.roots, given, directory);
      if (root === null)
        return `It borrows objects from ${given}, which is below no repository root, or reached by a link.`;
      if (!(await this.#isOpenTo(gid, directory, root)))
        return `It borrows objects from ${directory}, which some accounts with write access cannot read.`;
    }
    await this.#noteWay(directory, await statOf(directory));
    return this.#objects(directory, gid, depth);
  }

  /** The one of these directories, links resolved, that holds another by a path without links. */
  async #baseOf(bases: readonly string[], given: string, directory: string): Promise<string | null> {
    for (const base of bases) {
      const real = await realpath(base).catch(() => null);
      for (const spelled of real === null ? [] : [base, real]) {
        const isAt = given === spelled || given.startsWith(spelled === '/' ? '/' : `${spelled}/`);
        if (isAt && join(real!, given.slice(spelled.length)) === directory) return real;
      }
    }
    return null;
  }

  /** To others, or to the group of who borrows, with every directory on the way. */
  async #isOpenTo(gid: bigint, directory: string, root: string): Promise<boolean> {
    const way: string[] = [];
    for (let at = dirname(directory); at.length > root.length; at = dirname(at)) way.push(at);
    const open = await Promise.all([
      ...way.map(path => this.#allows(path, gid, 0o1n)),
      ...[directory, join(directory, 'pack')].map(path => this.#allows(path, gid, 0o5n)),
    ]);
    return open.every(Boolean);
  }

  /** The directories above, in which others could put another one in its place. */
  async #noteWay(path: string, found: BigIntStats | null): Promise<void> {
    let below = found;
    for (let at = dirname(path); below !== null; at = dirname(at)) {
      const above = await statOf(at);
      if (above === null) return;
      const isSticky = (above.mode & 0o1000n) !== 0n && this.#isTrusted(above) && this.#isTrusted(below);
      if (!this.#isOwners(above) && !isSticky) this.marks.set(at, markOf(above));
      if (at === '/') return;
      below = above;
    }
  }

  async #allows(path: string, gid: bigint, bits: bigint): Promise<boolean> {
    const found = await statOf(path);
    this.marks.set(path, markOf(found));
    if (found === null) return true;
    // Of the group only its own rights count, as for the kernel.
    return found.gid === gid ? ((found.mode >> 3n) & bits) === bits : (found.mode & bits) === bits;
  }

  /** All that git opens below an object directory. */
  async #read(directory: string): Promise<[string, Dirent[]][]> {
    const top = await this.#entries(directory);
    const names = top
      .filter(entry => entry.isDirectory() && (/^[0-9a-f]{2}$/.test(entry.name) || NAMED.has(entry.name)))
      .map(entry => join(directory, entry.name));
    const inside = await Promise.all(
      names.map(async (path): Promise<[string, Dirent[]]> => [path, await this.#entries(path)]),
    );
    const graphs = join(directory, 'info', 'commit-graphs');
    const isThere = inside.some(([path, entries]) => path === dirname(graphs) && entries.some(isGraphs));
    return [
      [directory, top],
      ...inside,
      ...(isThere ? [[graphs, await this.#entries(graphs)] as [string, Dirent[]]] : []),
    ];
  }

  async #entries(path: string): Promise<Dirent[]> {
    // Before it is read: what comes after that shows. Where nobody else can write, only pushes change it.
    const found = await statOf(path);
    if (found === null || !this.#isOwners(found)) this.marks.set(path, markOf(found));
    return readdir(path, { withFileTypes: true });
  }

  /** Whether there is anything. */
  async #note(path: string): Promise<boolean> {
    const found = await statOf(path);
    this.marks.set(path, markOf(found));
    return found !== null;
  }

  /** Nobody but root and the owner of the home can write there. */
  #isOwners(found: BigIntStats): boolean {
    return this.#isTrusted(found) && (found.mode & 0o022n) === 0n;
  }

  #isTrusted({ uid }: BigIntStats): boolean {
    return uid === 0n || uid === BigInt(this.#trust.owner);
  }
}

const NAMED = new Set(['pack', 'info']);

function isGraphs(entry: Dirent): boolean {
  return entry.name === 'commit-graphs';
}

function isDirectory(found: BigIntStats | null): found is BigIntStats {
  return found?.isDirectory() === true;
}

function statOf(path: string): Promise<BigIntStats | null> {
  return lstat(path, { bigint: true }).catch(error => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
}

function markOf(found: BigIntStats | null): string {
  return found === null ? '' : `${placeOf(found)}:${found.ctimeNs}`;
}

function placeOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

function linesOf(text: string): string[] {
  return text.split('\n').filter(line => line !== '' && !line.startsWith('#'));
}

/** Others may write it: no link, no pipe, no more than a list of names has. */
async function readPlain(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile() || found.size > LONGEST_FILE) throw new Error(`${path} is not a list of alternates`);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_FILE), 0, LONGEST_FILE, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
