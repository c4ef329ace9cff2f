/**
 * What Git says of a merge request against the tip of its target: how much it brings, whether it could be merged, and the
 * trial merge. Every number in an event comes from here.
 */
import { BelfryError } from '../errors.ts';
import { type DiffTotals, diffTotals, emptyTree } from '../git/diff-totals.ts';
import type { GitPlace } from '../git/git-process.ts';
import type { KnownRef } from '../git/look-up-refs.ts';
import { newCommits } from '../git/new-commits.ts';
import { patchIds } from '../git/patch-ids.ts';
import { commitMerge, mergeBase, trialMerge } from '../git/trial-merge.ts';
import type { MergeRequestRecord, PatchIds } from '../model/merge-request.ts';
import { headRef } from '../model/request-refs.ts';

type Totals = Pick<MergeRequestRecord, 'additions' | 'deletions' | 'changed_files' | 'commits' | 'patch_ids'>;
type Merging = Pick<MergeRequestRecord, 'merge_status' | 'mergeable' | 'merge_commit'>;

/** A rebase of more commits than these is not recognised. */
const MOST_COMMITS = 200;

/** What a request brings, and what of that nobody can tell, as sentences. */
export interface Measured {
  totals: Totals;
  notes: string[];
}

/**
 * It depends on the request's head and on what of its history the target has not: on nothing else. What cannot be read, or
 * would take too long, is nothing in the numbers.
 */
export async function measure(place: GitPlace, target: string, head: string): Promise<Measured> {
  const notes: string[] = [];
  const known = async <T>(what: string, fallback: T, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof BelfryError) || error.code !== 'git') throw error;
      notes.push(`${what} cannot be told: ${error.message}`);
      return fallback;
    }
  };
  const base = await known('what it changes', undefined, mergeBase(place, target, head));
  const from = base ?? emptyTree(head);
  const diff =
    base === undefined ? NO_TOTALS : await known('what it changes', NO_TOTALS, diffTotals(place, from, head));
  if (typeof diff === 'string') notes.push(`what it changes is not counted: ${diff}`);
  const totals = typeof diff === 'string' ? NO_TOTALS : diff;
  // A request of no commit would be one that is merged.
  const unknown = { ids: [head], plain: [] as string[] };
  const { ids, plain } = await known('what it brings', unknown, newCommits(place, head, [target]));
  const measured = base !== undefined && totals !== NO_TOTALS;
  const ofPatches = { plain, empty: totals.changedFiles === 0 };
  return {
    totals: {
      additions: totals.additions,
      deletions: totals.deletions,
      changed_files: totals.changedFiles,
      commits: ids.length,
      patch_ids: measured
        ? await known('which commits it is', NO_PATCHES, patchIdsOf(place, from, head, ofPatches))
        : NO_PATCHES,
    },
    notes,
  };
}

const NO_TOTALS: DiffTotals = { additions: 0, deletions: 0, changedFiles: 0 };
const NO_PATCHES: PatchIds = { whole: null, commits: [] };

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
  if (found === null) return NO_PATCHES;
  const whole = asOne.length === 0 ? null : (found.pop()?.patch ?? null);
  return { whole, commits: found.map(({ patch }) => patch) };
}

/** Whether it could be merged. A trial merge that is there already, and still true, is taken as it is. */
export async function tryMerge(
  place: GitPlace,
  request: { number: number; target: string },
  tips: { target: string; head: string },
  there: KnownRef | undefined,
): Promise<{ merging: Merging; note: string | null }> {
  const { target, head } = tips;
  const clean = { merge_status: 'can_be_merged', mergeable: true } as const;
  if (there !== undefined && there.parents.join() === `${target},${head}`)
    return { merging: { ...clean, merge_commit: there.id }, note: null };
  const trial = await trialMerge(place, target, head);
  if (trial.outcome === 'conflict') return { merging: CONFLICT, note: null };
  if (trial.outcome === 'unknown') return { merging: UNKNOWN, note: trial.reason };
  const message = `Merge ${headRef(request.number)} into ${request.target}\n`;
  const made = commitMerge(place, { tree: trial.tree, target, head, message });
  const merge_commit = await made.catch((error: Error) => error);
  if (merge_commit instanceof Error) return { merging: UNKNOWN, note: merge_commit.message };
  return { merging: { ...clean, merge_commit }, note: null };
}

const CONFLICT: Merging = { merge_status: 'can_be_resolve', mergeable: false, merge_commit: null };
/** Nobody could tell. */
export const UNKNOWN: Merging = { merge_status: 'unchecked', mergeable: null, merge_commit: null };

/** Of a request whose target was deleted: it stays open, and there is nothing to merge it into. */
export const TARGET_GONE: Merging = { merge_status: 'unchecked', mergeable: false, merge_commit: null };
