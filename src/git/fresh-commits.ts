/**
 * Which commits of a created branch are new to the repository's branches: what none of them had before the push. All that one
 * push creates is held against the same branches, those that were there before it, so that a commit which two new branches
 * bring is new in both.
 */
import type { CommitRange } from './commit-ranges.ts';
import type { GitPlace } from './git-process.ts';
import type { KnownBranches } from './known-branches.ts';
import type { UpdatePlan } from './plan-updates.ts';
import { shallowCommits } from './shallow-commits.ts';
import { walk } from './walk-history.ts';

/** In a longer history nobody looks for a fact that few receivers need. */
const MOST_READ = 500_000;
/** How long git may look for them. */
const FRESH_MS = 20_000;

/**
 * @param want how many are listed
 * @returns by plan: null for what is no created branch; a sentence without an end when nobody can tell
 */
export async function freshCommits(
  place: GitPlace,
  plans: readonly UpdatePlan[],
  { before }: KnownBranches,
  want: number,
): Promise<(CommitRange | string | null)[]> {
  const heads = plans.map(({ kind, created, head }) => (kind === 'branch' && created ? head : null));
  const tips = [...new Set(heads.filter(head => head !== null))];
  if (tips.length === 0) return heads.map(() => null);
  const reason = typeof before === 'string' ? before : await edgeOf(place);
  if (typeof before === 'string' || reason !== null) return heads.map(head => head && reason);
  // One that is gone by now is left out.
  const old = [...new Set(before.values())];
  const pairs = tips.map(tip => ({ old, new: tip, want, newOnly: true }));
  const how = { flags: ['--ignore-missing'], options: { ms: FRESH_MS }, most: MOST_READ };
  const { graph, ranges, error } = await walk(place, pairs, how);
  const byTip = new Map(tips.map((tip, index) => [tip, ranges[index]]));
  return heads.map(head => {
    const range = head && byTip.get(head);
    if (head === null || !range) return head && error!.message;
    return { ...range, newest: range.newest.map(commit => graph.id(commit)) };
  });
}

/** What one branch had may be reached below the edge, where nobody sees it. */
async function edgeOf(place: GitPlace): Promise<string | null> {
  return (await shallowCommits(place)).size === 0 ? null : 'the repository is shallow';
}
