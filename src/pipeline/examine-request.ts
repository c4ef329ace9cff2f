/**
 * What Git says of a merge request against the tip of its target: how much it brings, whether it could be merged, and the
 * trial merge. Every number in an event comes from here.
 */
import { diffTotals, emptyTree } from '../git/diff-totals.ts';
import type { KnownRef } from '../git/look-up-refs.ts';
import { newCommits } from '../git/new-commits.ts';
import { patchIds } from '../git/patch-ids.ts';
import type { GitPlace } from '../git/stream-git.ts';
import { commitMerge, mergeBase, trialMerge } from '../git/trial-merge.ts';
import type { MergeRequestRecord, PatchIds } from '../merge-requests/merge-request.ts';
import { headRef } from '../merge-requests/request-refs.ts';

type Totals = Pick<MergeRequestRecord, 'additions' | 'deletions' | 'changed_files' | 'commits' | 'patch_ids'>;
type Merging = Pick<MergeRequestRecord, 'merge_status' | 'mergeable' | 'merge_commit'>;

/** A rebase of more commits than these is not recognised. */
const MOST_COMMITS = 200;

/** What a request brings. It depends on its head and on what of its history the target has not: on nothing else. */
export async function measure(place: GitPlace, target: string, head: string): Promise<Totals> {
  const from = (await mergeBase(place, target, head)) ?? emptyTree(head);
  const totals = await diffTotals(place, from, head);
  const { ids, plain } = await newCommits(place, head, [target]);
  return {
    additions: totals.additions,
    deletions: totals.deletions,
    changed_files: totals.changedFiles,
    commits: ids.length,
    patch_ids: await patchIdsOf(place, from, head, { plain, empty: totals.changedFiles === 0 }),
  };
}

async function patchIdsOf(
  place: GitPlace,
  from: string,
  head: string,
  { plain, empty }: { plain: string[]; empty: boolean },
): Promise<PatchIds> {
  const known = plain.length <= MOST_COMMITS && from !== emptyTree(head);
  const asOne = empty || from === emptyTree(head) ? [] : [`${head} ${from}`];
  // All as one comes last: git goes on comparing a commit with what it was once told to compare it with.
  const found = await patchIds(place, [...(known ? plain : []), ...asOne]);
  if (found === null) return { whole: null, commits: [] };
  const whole = asOne.length === 0 ? null : (found.pop()?.patch ?? null);
  return { whole, commits: found.map(({ patch }) => patch) };
}

/** Whether it could be merged. A trial merge that is there already, and still true, is taken as it is. */
export async function tryMerge(
  place: GitPlace,
  request: { number: number; target: string },
  tips: { target: string; head: string },
  there: KnownRef | undefined,
): Promise<Merging> {
  const { target, head } = tips;
  const clean = { merge_status: 'can_be_merged', mergeable: true } as const;
  if (there !== undefined && there.parents.join() === `${target},${head}`)
    return { ...clean, merge_commit: there.id };
  const trial = await trialMerge(place, target, head);
  if (trial.outcome === 'conflict')
    return { merge_status: 'can_be_resolve', mergeable: false, merge_commit: null };
  if (trial.outcome === 'unknown') return { merge_status: 'unchecked', mergeable: null, merge_commit: null };
  const message = `Merge ${headRef(request.number)} into ${request.target}\n`;
  return { ...clean, merge_commit: await commitMerge(place, { tree: trial.tree, target, head, message }) };
}

/** Of a request whose target was deleted: it stays open, and there is nothing to merge it into. */
export const TARGET_GONE: Merging = { merge_status: 'unchecked', mergeable: false, merge_commit: null };
