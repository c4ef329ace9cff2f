/** How many commits each update brought and took away, and which of them come first. */
import { type CommitRange, countCommits, findEachRange, type TipPair } from './commit-ranges.ts';
import type { GitPlace } from './git-process.ts';
import { Patience } from './patience.ts';
import type { UpdatePlan } from './plan-updates.ts';
import type { PushHistory } from './push-history.ts';

export interface PushRange extends CommitRange {
  /** Why it is not known: then the new tip stands for all that is new, and nothing was taken away. */
  trouble: string | null;
}

const NOTHING: CommitRange = { total: 0, removed: 0, newest: [] };

/**
 * For each plan its range. A created branch has all that its tip reaches: git counts that for one of them, and the
 * others are described by how they differ from that one. Counting each by itself would walk the whole history every time.
 *
 * @param want how many commits of an updated branch are listed; of a created one none is
 * @param history of all refs of the push, where these are a part of them
 */
export async function pushRanges(
  place: GitPlace,
  plans: readonly UpdatePlan[],
  want: number,
  history?: PushHistory,
): Promise<PushRange[]> {
  const read = (await history?.read(place)) ?? null;
  const counted = read?.counted ?? null;
  const first = counted?.head ?? plans.find(isCreatedBranch)?.head ?? null;
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
  const patience = new Patience();
  const keys = [...pairs.keys()];
  const before = read?.ranges([...pairs.values()]) ?? keys.map(() => null);
  const ranges = new Map<string, CommitRange | Error>();
  for (const [index, range] of before.entries()) if (range !== null) ranges.set(keys[index]!, range);
  const left = keys.filter(key => !ranges.has(key));
  const [found, firstTotal] = await Promise.all([
    findEachRange(
      place,
      left.map(key => pairs.get(key)!),
      patience,
    ),
    first === null || !plans.some(isCreatedBranch)
      ? 0
      : (counted?.total ?? countCommits(place, first).catch((error: Error) => error)),
  ]);
  for (const [index, range] of found.entries()) ranges.set(left[index]!, range);
  const known = (plan: UpdatePlan): CommitRange | Error => {
    const pair = pairOf(plan);
    return (pair && ranges.get(keyOf(pair))) ?? NOTHING;
  };

  const list: PushRange[] = [];
  for (const plan of plans) {
    const only = { total: 1, newest: [plan.head!].slice(0, want), trouble: null };
    let range = known(plan);
    if (plan.baseLost !== null && plan.head !== null) {
      list.push({ ...only, removed: plan.baseLost === 'gone' ? 1 : 0 });
      continue;
    }
    if (isCreatedBranch(plan)) range = await countedFrom(plan.head!, range);
    if (range instanceof Error) list.push({ ...only, removed: 0, trouble: range.message });
    else list.push({ ...range, trouble: null });
  }
  return list;

  async function countedFrom(head: string, range: CommitRange | Error): Promise<CommitRange | Error> {
    if (!(range instanceof Error) && !(firstTotal instanceof Error))
      return { total: firstTotal + range.total - range.removed, removed: 0, newest: [] };
    const reason = range instanceof Error ? range : (firstTotal as Error);
    const total = await patience.attempt(reason, ms => countCommits(place, head, { ms }));
    return total instanceof Error ? total : { total, removed: 0, newest: [] };
  }
}

function isCreatedBranch(plan: UpdatePlan): boolean {
  return plan.kind === 'branch' && plan.created && plan.head !== null;
}

/** The same two tips may be an update, which is listed, and a comparison of created branches, which is not. */
function keyOf(pair: TipPair): string {
  return `${pair.old} ${pair.new} ${pair.want}`;
}
