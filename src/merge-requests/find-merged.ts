/**
 * Which open requests a push to their target has merged: those whose head it made reachable, and, when it did not, those
 * whose changes it brought under other ids, as one commit (squash) or as one each (rebase).
 */

import type { GitPlace } from '../git/git-process.ts';
import { newCommits } from '../git/new-commits.ts';
import { patchIds } from '../git/patch-ids.ts';
import type { MergeRequestRecord } from '../model/merge-request.ts';

export interface Merged {
  /** The commit of the target that did it. */
  commit: string;
  /** Recognised by content. */
  inferred: boolean;
}

/** A push of more commits than these is not searched for squashes and rebases. */
const MOST_COMMITS = 1_000;

/**
 * @param tip of the target now
 * @param known commits that were in it before
 * @param requests open ones for this target. Gives those that are merged by now, by their ids
 */
export async function findMerged(
  place: GitPlace,
  tip: string,
  known: readonly string[],
  requests: readonly MergeRequestRecord[],
): Promise<Map<number, Merged>> {
  const merged = new Map<number, Merged>();
  const brought = await newCommits(place, tip, known);
  const left: MergeRequestRecord[] = [];
  for (const request of requests) {
    const commit = brought.broughtBy.get(request.head);
    if (commit !== undefined) merged.set(request.id, { commit, inferred: false });
    else if (hasPatches(request)) left.push(request);
  }
  if (left.length === 0 || brought.plain.length === 0 || brought.plain.length > MOST_COMMITS) return merged;
  const patches = await patchIds(place, brought.plain);
  // The newest commit with a patch is the one that counts.
  const commitOf = new Map((patches ?? []).toReversed().map(({ patch, commit }) => [patch, commit]));
  for (const request of left) {
    const commit = sameContent(request, commitOf, brought.ids);
    if (commit !== null) merged.set(request.id, { commit, inferred: true });
  }
  return merged;
}

function hasPatches({ patch_ids: { whole, commits } }: MergeRequestRecord): boolean {
  return whole !== null || commits.length > 0;
}

function sameContent(
  { patch_ids: { whole, commits } }: MergeRequestRecord,
  commitOf: ReadonlyMap<string, string>,
  newestFirst: readonly string[],
): string | null {
  const squashed = whole === null ? undefined : commitOf.get(whole);
  if (squashed !== undefined) return squashed;
  if (commits.length === 0) return null;
  const rebased = commits.map(patch => commitOf.get(patch));
  if (rebased.includes(undefined)) return null;
  return newestFirst.find(id => rebased.includes(id)) ?? null;
}
