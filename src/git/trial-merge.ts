/**
 * A trial merge, made without a working tree and without touching a ref: `git merge-tree --write-tree`, which git has
 * since 2.38. An older one cannot say.
 */
import { BelfryError } from '../errors.ts';
import type { GitOptions, GitPlace } from './git-process.ts';
import { withObjectView } from './object-view.ts';
import { mustGit, tryGit } from './run-git.ts';
import { tooLarge } from './too-large.ts';

export type TrialMerge =
  | { outcome: 'clean'; tree: string }
  | { outcome: 'conflict' }
  /** Git is too old, may not write here, or would need too long. */
  | { outcome: 'unknown'; reason: string };

/** @param target @param head ids of commits. What cannot be read has no answer: that is no error */
export async function trialMerge(place: GitPlace, target: string, head: string): Promise<TrialMerge> {
  return merge(place, target, head).catch(error => {
    if (!(error instanceof BelfryError)) throw error;
    return { outcome: 'unknown', reason: error.message };
  });
}

async function merge(place: GitPlace, target: string, head: string): Promise<TrialMerge> {
  const base = await mergeBase(place, target, head);
  // Histories without a common commit are refused.
  if (base === null) return { outcome: 'conflict' };
  const reason = await tooLarge(place, [`${target} ${base}`, `${head} ${base}`]);
  if (reason !== null) return { outcome: 'unknown', reason };
  const answer = await withObjectView(place, target, view =>
    tryGit(view, ['merge-tree', '--write-tree', '--no-messages', '--name-only', target, head], '', WRITES),
  );
  const tree = answer.stdout.split('\n', 1)[0]!;
  if (answer.status === 0 && /^[0-9a-f]{40,64}$/.test(tree)) return { outcome: 'clean', tree };
  if (answer.status === 1) return { outcome: 'conflict' };
  return { outcome: 'unknown', reason: answer.stderr.trim().split('\n')[0] ?? '' };
}

/** Where two histories part, or null when they have nothing in common. @throws BelfryError `git` */
export async function mergeBase(
  place: GitPlace,
  a: string,
  b: string,
  options: GitOptions = {},
): Promise<string | null> {
  const answer = await tryGit(place, ['merge-base', a, b], '', options);
  if (answer.status === 0) return answer.stdout.trim();
  if (answer.status === 1) return null;
  await mustGit(place, ['cat-file', '-e', `${a}^{commit}`]);
  await mustGit(place, ['cat-file', '-e', `${b}^{commit}`]);
  return null;
}

/** The commit of a clean trial merge. No ref stands for it yet. @throws BelfryError `git` */
export async function commitMerge(
  place: GitPlace,
  merge: { tree: string; target: string; head: string; message: string },
): Promise<string> {
  const args = ['commit-tree', merge.tree, '-p', merge.target, '-p', merge.head];
  return (await mustGit(place, args, merge.message, WRITES)).trim();
}

const WRITES = { writes: true };
