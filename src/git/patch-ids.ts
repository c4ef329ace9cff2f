/**
 * `git patch-id` of commits: what they change, whatever they stand on and whoever made them. Two processes for any number
 * of commits; the patches pass through and are not kept.
 */
import type { GitPlace } from './git-process.ts';
import { mustGit, streamGit } from './run-git.ts';
import { tooLarge } from './too-large.ts';

export interface PatchId {
  commit: string;
  patch: string;
}

/** A larger patch is a generated one; recognising it is not worth reading it at every push. */
const MOST_BYTES = 64 * 1024 * 1024;

const DIFF_TREE = [
  'diff-tree',
  '--stdin',
  '-r',
  '-p',
  '--root',
  '--full-index',
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
];

/**
 * @param lines a commit each, or a commit and what it is to be compared with
 * @returns in that order, without those that change nothing; null when the patches are too large
 */
export async function patchIds(place: GitPlace, lines: readonly string[]): Promise<PatchId[] | null> {
  if (lines.length === 0) return [];
  try {
    if ((await tooLarge(place, lines)) !== null) return null;
    const text = await mustGit(place, ['patch-id', '--stable'], patches(place, lines));
    return text
      .split('\n')
      .filter(Boolean)
      .map(line => ({ patch: line.split(' ')[0]!, commit: line.split(' ')[1]! }));
  } catch (error) {
    if (error instanceof TooLarge) return null;
    throw error;
  }
}

class TooLarge extends Error {}

async function* patches(place: GitPlace, lines: readonly string[]): AsyncGenerator<Buffer, void> {
  let length = 0;
  for await (const chunk of streamGit(place, DIFF_TREE, `${lines.join('\n')}\n`)) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new TooLarge();
    yield chunk;
  }
}
