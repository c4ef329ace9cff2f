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
  /** Shared with other commits: when it is used up, no more is listed. */
  memory: { left: number };
}

interface Pair {
  /** Ids in Latin-1, as they stand in a tree. */
  before: string | null;
  after: string | null;
  /** Where it lies: many directories share the way to them, so that it is not held as a path. */
  parent: Pair | null;
  /** In Latin-1. */
  name: string;
  /** Bytes of the path with a slash behind it. */
  length: number;
}

type Tree = Buffer | LargeTree | string | null;

/** So many directories are read at once. */
const AT_ONCE = 32;
/** How many comparisons are made before others get their turn. */
const TURN = 200;
const MOST_TROUBLES = 3;
/** What a path costs beside its bytes. */
const FRAME = 150;

/** @param before @param after ids of trees in hex; null: an empty one */
export async function changedPaths(
  source: TreeSource,
  before: string | null,
  after: string | null,
  { share, room }: { share: WalkShare; room: PathRoom },
): Promise<ChangedPaths> {
  const found: ChangedPaths = { paths: [], total: 0, trouble: [] };
  if (before === after) return found;
  const idBytes = (before ?? after ?? '').length / 2;
  const stack: Pair[] = [{ before: latin(before), after: latin(after), parent: null, name: '', length: 0 }];
  let bytes = 0;
  let unread = 0;
  let tooDeep = false;
  let pair = stack[0]!;
  let prefix: Buffer | null = null;

  const differences = {
    leaf(change: Change, name: Buffer, start: number, end: number) {
      found.total++;
      const length = pair.length + end - start;
      if (length > room.pathBytes || found.paths.length >= room.paths || bytes + length > room.bytes) return;
      room.memory.left -= length + FRAME;
      if (room.memory.left < 0) return;
      bytes += length;
      prefix ??= pathOf(pair);
      found.paths.push({ change, path: Buffer.concat([prefix, name.subarray(start, end)]) });
    },
    directory(name: Buffer, start: number, end: number, old: string | null, now: string | null) {
      const length = pair.length + end - start + 1;
      if (length > room.pathBytes) tooDeep = true;
      else if (share.takeTree())
        stack.push({
          before: old,
          after: now,
          parent: pair,
          name: name.toString('latin1', start, end),
          length,
        });
    },
  };
  const complain = (reason: string) => {
    if (found.trouble.length < MOST_TROUBLES) found.trouble.push(reason);
    else unread++;
  };
  /** Against a tree that cannot be read nothing can be said of the other one. */
  const compare = (trees: Tree[]) => {
    const bad = trees.filter(tree => typeof tree === 'string');
    for (const reason of bad) complain(reason);
    if (bad.length > 0) return;
    prefix = null;
    if (compareTrees(trees[0] as Buffer | null, trees[1] as Buffer | null, idBytes, differences)) return;
    const id = Buffer.from(pair.after ?? pair.before ?? '', 'latin1').toString('hex', 0, 6);
    complain(`the tree ${id}, or the one before it, is malformed`);
  };

  for (let turn = 0; stack.length > 0 && share.inTime(); ) {
    // From the end: a wide and deep tree is never held as a whole, and of a bomb some paths are found.
    const block = stack.splice(-AT_ONCE);
    for (const one of block) if (heldBoth(source, one) === null) void readBoth(source, one);
    for (pair of block) {
      if (++turn % TURN === 0) await new Promise(resolve => setImmediate(resolve));
      const trees = heldBoth(source, pair) ?? (await readBoth(source, pair));
      if (!share.takeBytes(trees.reduce((sum, tree) => sum + sizeOf(tree), 0))) break;
      if (trees.some(tree => tree instanceof LargeTree))
        await source.alone(async () => compare(await readLarge(source, pair, trees)));
      else compare(trees);
    }
  }
  if (unread > 0) found.trouble.push(`and ${unread} more of its directories cannot be read`);
  if (tooDeep)
    found.trouble.push(`directories whose paths have more than ${room.pathBytes} bytes are not looked at`);
  if (share.spent !== null) found.trouble.push(`to compare its directories would need ${share.spent}`);
  found.paths.sort((a, b) => a.path.compare(b.path));
  return found;
}

function latin(hex: string | null): string | null {
  return hex === null ? null : Buffer.from(hex, 'hex').toString('latin1');
}

function pathOf(pair: Pair): Buffer {
  const names: string[] = [];
  for (let at: Pair | null = pair; at !== null && at.length > 0; at = at.parent) names.push(`${at.name}/`);
  return Buffer.from(names.reverse().join(''), 'latin1');
}

/** Without a turn of the event loop where nothing has to be read: most of a bomb is always the same tree. */
function heldBoth(source: TreeSource, { before, after }: Pair): Tree[] | null {
  const old = before === null ? null : source.held(before);
  const now = after === null ? null : source.held(after);
  return old === undefined || now === undefined ? null : [old, now];
}

function readBoth(source: TreeSource, { before, after }: Pair): Promise<Tree[]> {
  return Promise.all([before, after].map(id => (id === null ? null : (source.held(id) ?? source.read(id)))));
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
