/**
 * Whether a comparison is more than git should be asked for. Its own walks have no bounds but time, and what they would
 * give is not worth a minute of every push: so belfry walks first, and only what it could walk is left to git.
 */
import { changedPaths } from './changed-paths.ts';
import type { GitPlace } from './git-process.ts';
import { ObjectReader, Unread } from './object-reader.ts';
import { shallowCommits } from './shallow-commits.ts';
import { TreeSource } from './tree-source.ts';
import { WalkBudget } from './walk-budget.ts';

/** A merge request that changes more is not measured. */
const LIMITS = { trees: 100_000, treeBytes: 256 * 1024 * 1024, walkMs: 5_000 };
const NO_PATHS = { paths: 0, bytes: 0, pathBytes: 4096, memory: { left: 0 } };

/**
 * @param lines a commit each, which is compared with its first parent, or two commits or trees, of which the first is
 *   compared with the second
 * @returns why, as a sentence without an end, or null
 */
export async function tooLarge(place: GitPlace, lines: readonly string[]): Promise<string | null> {
  try {
    using reader = new ObjectReader(place, 'contents', LIMITS.walkMs * 2);
    const shallow = await shallowCommits(place);
    const budget = new WalkBudget(LIMITS);
    const trees = new TreeSource(reader);
    for (const line of lines) {
      const [after = '', other] = line.split(' ');
      const { tree, parent } = await read(reader, after);
      const from = other ?? (shallow.has(after) ? null : parent);
      const before = from === null ? null : (await read(reader, from)).tree;
      const { trouble } = await changedPaths(trees, before, tree, { share: budget.whole(), room: NO_PATHS });
      if (trouble.length > 0) return trouble[0]!;
    }
    return null;
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

class Unreadable extends Error {}

async function read(reader: ObjectReader, id: string): Promise<{ tree: string; parent: string | null }> {
  const found = await reader.read(id, START);
  if (found instanceof Unread) throw new Unreadable(`the object ${id.slice(0, 12)} ${found.reason}`);
  if (found.type === 'tree') return { tree: id, parent: null };
  const [, tree, parent = null] = HEAD.exec(found.bytes.toString('latin1')) ?? [];
  if (tree === undefined) throw new Unreadable(`the object ${id.slice(0, 12)} is not a proper commit`);
  return { tree, parent };
}

const START = 200;
const HEAD = /^tree ([0-9a-f]{40,64})\n(?:parent ([0-9a-f]{40,64})\n)?/;
