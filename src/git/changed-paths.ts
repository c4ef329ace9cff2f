/**
 * Which paths differ between two trees: what `git diff-tree -r --no-renames` lists, found by a walk of our own. Git's own
 * is recursive, so that a deep tree kills it, and says nothing until it is done, so that a bomb leaves no list.
 */
import { type Change, compareTrees } from './compare-trees.ts';
import { LargeTree, type TreeSource } from './tree-source.ts';
import type { WalkShare } from './walk-budget.ts';

export interface ChangedPaths {
  /** In git's order: by the bytes of the path. */
  paths: { change: Change; path: Buffer }[];
  /** How many there are, those that are not listed counted too; at least, when something is in `trouble`. */
  total: number;
  /** Why there may be more, as sentences without an end. */
  trouble: string[];
}

/** How many paths are wanted, how many bytes of them together, and how long one may be. */
export interface PathRoom {
  paths: number;
  bytes: number;
  pathBytes: number;
}

interface Pair {
  before: string | null;
  after: string | null;
  /** The path so far, with a slash behind it; null when it is too long for any path below it. */
  prefix: Buffer | null;
}

type Tree = Buffer | LargeTree | string | null;

/** So many directories are asked for ahead. */
const AHEAD = 8;
/** How many comparisons are made before others get their turn, and the clock is looked at. */
const TURN = 200;
const MOST_TROUBLES = 3;

/** @param before @param after ids of trees in hex; null: an empty one */
export async function changedPaths(
  source: TreeSource,
  before: string | null,
  after: string | null,
  { share, room }: { share: WalkShare; room: PathRoom },
): Promise<ChangedPaths> {
  const found: ChangedPaths = { paths: [], total: 0, trouble: [] };
  const idBytes = (before ?? after ?? '').length / 2;
  if (before === after || !share.inTime()) return outOf(share, found);
  const stack: Pair[] = [{ before: latin(before), after: latin(after), prefix: NOTHING }];
  let bytes = 0;
  let unread = 0;
  let pair: Pair;

  const differences = {
    leaf(change: Change, name: Buffer, start: number, end: number) {
      found.total++;
      if (pair.prefix === null || found.paths.length >= room.paths) return;
      const length = pair.prefix.length + end - start;
      if (length > room.pathBytes || bytes + length > room.bytes) return;
      bytes += length;
      found.paths.push({ change, path: joined(pair.prefix, name, start, end, '') });
    },
    directory(name: Buffer, start: number, end: number, old: string | null, now: string | null) {
      if (!share.take(1, 0)) return;
      const { prefix } = pair;
      const fits = prefix !== null && prefix.length + end - start < room.pathBytes;
      below.push({ before: old, after: now, prefix: fits ? joined(prefix, name, start, end, '/') : null });
    },
  };
  let below: Pair[] = [];
  const complain = (reason: string) => {
    if (found.trouble.length < MOST_TROUBLES) found.trouble.push(reason);
    else unread++;
  };

  /** Against a tree that cannot be read nothing can be said of the other one. */
  const compare = (trees: Tree[]) => {
    const bad = trees.filter(tree => typeof tree === 'string');
    for (const reason of bad) complain(reason);
    if (bad.length > 0) return;
    if (compareTrees(trees[0] as Buffer | null, trees[1] as Buffer | null, idBytes, differences)) return;
    complain(`a tree at "${pair.prefix?.toString() ?? '…'}" is malformed`);
  };

  for (let turn = 1; share.spent === null; turn++) {
    const next = stack.pop();
    if (next === undefined) break;
    pair = next;
    if (turn % TURN === 0) {
      if (!share.inTime()) break;
      await new Promise(resolve => setImmediate(resolve));
    }
    const trees = heldBoth(source, pair) ?? (await readAhead(source, pair, stack));
    if (
      !share.take(
        0,
        trees.reduce((sum, tree) => sum + sizeOf(tree), 0),
      )
    )
      break;
    below = [];
    if (trees.some(tree => tree instanceof LargeTree))
      await source.alone(async () => compare(await readLarge(source, next, trees)));
    else compare(trees);
    for (let i = below.length - 1; i >= 0; i--) stack.push(below[i]!);
  }
  if (unread > 0) found.trouble.push(`and ${unread} more of its directories cannot be read`);
  found.paths.sort((a, b) => a.path.compare(b.path));
  return outOf(share, found);
}

function outOf({ spent }: WalkShare, found: ChangedPaths): ChangedPaths {
  if (spent !== null) found.trouble.push(`to compare its directories would need ${spent}`);
  return found;
}

const NOTHING = Buffer.alloc(0);

function latin(hex: string | null): string | null {
  return hex === null ? null : Buffer.from(hex, 'hex').toString('latin1');
}

function joined(prefix: Buffer, name: Buffer, start: number, end: number, behind: '' | '/'): Buffer {
  const path = Buffer.allocUnsafe(prefix.length + end - start + behind.length);
  prefix.copy(path, 0);
  name.copy(path, prefix.length, start, end);
  if (behind !== '') path[path.length - 1] = 0x2f;
  return path;
}

/** Without a turn of the event loop where nothing has to be read: most of a bomb is always the same tree. */
function heldBoth(source: TreeSource, { before, after }: Pair): (Buffer | null)[] | null {
  const old = before === null ? null : source.held(before);
  const now = after === null ? null : source.held(after);
  return old === undefined || now === undefined ? null : [old, now];
}

function readAhead(source: TreeSource, pair: Pair, stack: Pair[]): Promise<Tree[]> {
  const read = ({ before, after }: Pair) =>
    Promise.all([before, after].map(id => (id === null ? null : (source.held(id) ?? source.read(id)))));
  const trees = read(pair);
  for (const ahead of stack.slice(-AHEAD)) void read(ahead);
  return trees;
}

/** All of them anew: what waits for its turn holds nothing. */
function readLarge(source: TreeSource, { before, after }: Pair, trees: Tree[]): Promise<Tree[]> {
  const read = (id: string | null, tree: Tree) =>
    tree instanceof LargeTree ? source.readLarge(id!) : Promise.resolve(tree);
  return Promise.all([read(before, trees[0]!), read(after, trees[1]!)]);
}

function sizeOf(tree: Tree): number {
  return tree instanceof LargeTree ? tree.size : tree instanceof Buffer ? tree.length : 0;
}
