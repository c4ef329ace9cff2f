/**
 * Where a hook's updates stand on the ledger. Nearly always they follow on the last announced tip. But a hook that was
 * killed, or never ran, leaves a gap before the next push, which nobody would see any more once the ledger has moved on:
 * it is announced first. And hooks come out of order: what a file that is still unread explains is no gap, and a hook
 * that comes when its gap has been announced has nothing new to say.
 */

import { lookUpRefs } from '../git/look-up-refs.ts';
import { isZeroId, type RefUpdate } from '../model/change.ts';
import type { Gap, GapChanges } from '../model/ledger.ts';
import type { Repository } from '../model/repository.ts';
import type { Store } from '../store/store.ts';

export interface Placed {
  /** What happened before these updates and was never announced. */
  missed: RefUpdate[];
  /** What a hook may still say of that. */
  missedGaps: GapChanges;
  /** Names of refs whose entry stays as it is: it is newer than the update. */
  overtaken: Set<string>;
  /** Names of refs of which this has been announced, in a stretch that was missed. */
  told: Set<string>;
  gaps: GapChanges;
}

export const PLACED_AT_THE_END: Placed = {
  missed: [],
  missedGaps: { closed: [], opened: [] },
  overtaken: new Set(),
  told: new Set(),
  gaps: { closed: [], opened: [] },
};

/**
 * @param pushedAt milliseconds since 1970
 * @param reported what other hooks of this repository have written and nobody has read yet
 * @throws BelfryError `git`
 */
export async function placeUpdates(
  row: Repository,
  { updates, pushedAt }: { updates: RefUpdate[]; pushedAt: number },
  store: Store,
  reported: () => Promise<RefUpdate[]>,
): Promise<Placed> {
  const baselineAt = updates.length === 0 ? null : await store.ledger.baselineAt(row.id);
  // Before the baseline the ledger knows nothing that could be missed or overtaken.
  if (baselineAt === null) return PLACED_AT_THE_END;
  const placed: Placed = {
    missed: [],
    missedGaps: { closed: [], opened: [] },
    overtaken: new Set(),
    told: new Set(),
    gaps: { closed: [], opened: [] },
  };
  const tips = await store.ledger.tips(row.id, updates);
  const gaps = await store.ledger.gaps(row.id, updates);
  let others: RefUpdate[] | null = null;
  for (const { ref, old: from, new: to } of updates) {
    if (ref.includes('\ufffd')) continue;
    const [announced, old, next] = [tips.get(ref) ?? '', orNothing(from), orNothing(to)];
    const gap = await gapOf({ ref, old, next }, announced, gaps.get(ref) ?? [], row);
    if (gap !== null) {
      (gap.told ? placed.told : placed.overtaken).add(ref);
      placed.gaps.closed.push(gap);
      placed.gaps.opened.push(...restOf(gap, old, next));
      continue;
    }
    if (old === announced) continue;
    if (pushedAt <= baselineAt) {
      if (next !== announced) placed.overtaken.add(ref);
      continue;
    }
    others ??= await reported();
    const start = firstUnreported(ref, old, announced, others);
    if (start !== announced) {
      const none = '0'.repeat(to.length);
      placed.missed.push({ ref, old: announced || none, new: start || none });
      placed.missedGaps.opened.push({ ref, old: announced, new: start, told: true });
    }
    if (start !== old) placed.gaps.opened.push({ ref, old: start, new: old, told: false });
  }
  return placed;
}

interface Update {
  ref: string;
  old: string;
  next: string;
}

/** The gap that an update closes, or a part of it. */
async function gapOf(
  { ref, old, next }: Update,
  announced: string,
  gaps: Gap[],
  row: Repository,
): Promise<Gap | null> {
  const whole = gaps.filter(gap => gap.old === old && gap.new === next);
  const expected = whole.find(gap => !gap.told);
  if (expected !== undefined) return expected;
  if (old === announced) {
    // The same once more, or a late hook: a ref that was deleted has been where it is now before.
    const [told] = whole;
    if (told === undefined) return null;
    const tip = (await lookUpRefs({ repository: row.directory }, [ref])).get(ref)?.id ?? '';
    return tip === announced && next !== tip ? told : null;
  }
  // That a ref is not there often comes again, and must not pass for what has been told.
  const touches = (end: string, tip: string, told: boolean) => end === tip && (tip !== '' || !told);
  return (
    whole[0] ?? gaps.find(gap => touches(gap.old, old, gap.told) || touches(gap.new, next, gap.told)) ?? null
  );
}

function restOf(gap: Gap, old: string, next: string): Gap[] {
  if (gap.old === old) return gap.new === next ? [] : [{ ...gap, old: next }];
  return [{ ...gap, new: old }];
}

/** Goes back from a tip along what other hooks will report, until where the ledger stands or nobody says more. */
export function firstUnreported(ref: string, from: string, announced: string, others: RefUpdate[]): string {
  const left = new Set(others.filter(one => one.ref === ref));
  let [at, sure] = [from, from];
  while (at !== announced) {
    const before = [...left].find(one => orNothing(one.new) === at);
    if (before === undefined) return sure;
    left.delete(before);
    // That a ref is not there is the one state that often comes again: what leads to it may have come later.
    const certain = at !== '' && sure === at;
    at = orNothing(before.old);
    if (certain) sure = at;
  }
  return announced;
}

/** As the ledger says it: '' where there is no ref. */
export function orNothing(id: string): string {
  return isZeroId(id) ? '' : id;
}
