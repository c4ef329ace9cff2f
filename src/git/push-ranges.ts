/** How many commits each update brought and took away, and which of them come first. */
import { type CommitRange, countCommits, findRanges, type TipPair } from './commit-ranges.ts';
import type { UpdatePlan } from './plan-updates.ts';
import type { GitPlace } from './stream-git.ts';

const NOTHING: CommitRange = { total: 0, removed: 0, newest: [] };

/**
 * For each plan its range. A created branch has all that its tip reaches: git counts that for one of them, and the
 * others are told by how they differ from that one. Counting each by itself would walk the whole history every time.
 *
 * @param want how many commits of an updated branch are listed; of a created one none is
 */
export async function pushRanges(
  place: GitPlace,
  plans: readonly UpdatePlan[],
  want: number,
): Promise<CommitRange[]> {
  const first = plans.find(isCreatedBranch)?.head ?? null;
  const pairs = new Map<string, TipPair>();
  const pairOf = (plan: UpdatePlan): TipPair | null => {
    if (plan.head === null) return null;
    if (plan.base !== null) return { old: plan.base, new: plan.head, want };
    return isCreatedBranch(plan) && plan.head !== first ? { old: first!, new: plan.head, want: 0 } : null;
  };
  for (const plan of plans) {
    const pair = pairOf(plan);
    if (pair !== null && pair.old !== pair.new) pairs.set(keyOf(pair), pair);
  }
  const [found, firstTotal] = await Promise.all([
    findRanges(place, [...pairs.values()]),
    first === null ? 0 : countCommits(place, first),
  ]);
  const ranges = new Map([...pairs.keys()].map((key, index) => [key, found[index]!]));

  return plans.map(plan => {
    if (plan.baseLost && plan.head !== null)
      return { total: 1, removed: 1, newest: [plan.head].slice(0, want) };
    const pair = pairOf(plan);
    const range = (pair && ranges.get(keyOf(pair))) ?? NOTHING;
    if (!isCreatedBranch(plan)) return range;
    return { total: firstTotal + range.total - range.removed, removed: 0, newest: [] };
  });
}

function isCreatedBranch(plan: UpdatePlan): boolean {
  return plan.kind === 'branch' && plan.created && plan.head !== null;
}

/** The same two tips may be an update, which is listed, and a comparison of created branches, which is not. */
function keyOf(pair: TipPair): string {
  return `${pair.old} ${pair.new} ${pair.want}`;
}
