/**
 * Where a hook's updates stand on the ledger. Nearly always they follow on the last reported tip. But a hook that was
 * killed, or never ran, leaves a gap before the next push, which nobody would see any more once the ledger has moved on:
 * it is reported first. And hooks come out of order: what a file that is still unread explains is no gap, and a hook
 * that comes when its gap has been reported has nothing new to say.
 *
 * A gap is a stretch between two tips that lies before the ref's entry. It was reported (announced as a whole, for no hook
 * had written anything of it) or is expected (a hook has written it down, and its file is read later).
 *
 *   old tip         a gap that is open                    pushed               the update is       the entry
 *   --------------  ------------------------------------  -------------------  ------------------  ------------------
 *   any             expected, from the same to the same   any                  overtaken           stays
 *   the entry's     reported, the same, and the ref has   any                  reported            stays
 *                   not moved on from the entry
 *   the entry's     any other, or none                    any                  next                moves
 *   another         reported, the same or with one end    any                  reported            stays
 *   another         expected, with one end                any                  overtaken           stays
 *   another         none                                  before the baseline  overtaken, or next  stays
 *                                                                              where it leads to
 *                                                                              the entry
 *   another, and    none                                  after it             next, behind a gap  moves; the gap is
 *   unread files                                                               that is expected    expected
 *   lead to it
 *   another         none                                  after it             next, behind a gap  moves; the gap is
 *                                                                              that is announced   reported
 *
 * `next` and `overtaken` are announced, `reported` is not. Without a baseline every update is next. Unread files may lead a part
 * of the way from the old tip back to the entry: then that part is expected, and the rest is announced. What an update
 * leaves of a gap that it does not fill stays open. That a ref is not there comes again too often to be an end of a gap that
 * was reported.
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
  /** Names of refs of which this has been reported, in a stretch that was missed. */
  reported: Set<string>;
  gaps: GapChanges;
}

function placedAtTheEnd(): Placed {
  const none = () => ({ closed: [], opened: [] });
  return { missed: [], missedGaps: none(), overtaken: new Set(), reported: new Set(), gaps: none() };
}

export const PLACED_AT_THE_END = placedAtTheEnd();

/**
 * @param unread what other hooks of this repository have written and nobody has read yet
 * @throws BelfryError `git`
 */
export async function placeUpdates(
  row: Repository,
  { updates, pushedAt }: { updates: RefUpdate[]; pushedAt: number },
  store: Store,
  unread: () => Promise<RefUpdate[]>,
): Promise<Placed> {
  const baselineAt = updates.length === 0 ? null : await store.ledger.baselineAt(row.id);
  // Before the baseline the ledger knows nothing that could be missed or overtaken.
  if (baselineAt === null) return PLACED_AT_THE_END;
  const placed = placedAtTheEnd();
  const tips = await store.ledger.tips(row.id, updates);
  const gaps = await store.ledger.gaps(row.id, updates);
  let others: Promise<RefUpdate[]> | null = null;
  for (const { ref, old, new: next } of updates) {
    if (ref.includes('\ufffd')) continue;
    const standing = await judge(
      { ref, old: orNothing(old), next: orNothing(next) },
      { tip: tips.get(ref) ?? '', gaps: gaps.get(ref) ?? [], isBefore: pushedAt <= baselineAt },
      {
        tipNow: async () => (await lookUpRefs({ repository: row.directory }, [ref])).get(ref)?.id ?? '',
        unread: () => (others ??= unread()),
      },
    );
    add(placed, ref, standing, '0'.repeat(next.length));
  }
  return placed;
}

/** @param none the id of no object */
function add(placed: Placed, ref: string, standing: Standing, none: string): void {
  if (standing.is !== 'next') {
    placed[standing.is].add(ref);
    if (standing.closes !== null) placed.gaps.closed.push(standing.closes);
    placed.gaps.opened.push(...standing.left);
    return;
  }
  const { missed, expected } = standing;
  if (missed !== null) {
    placed.missed.push({ ref, old: missed.old || none, new: missed.new || none });
    placed.missedGaps.opened.push(missed);
  }
  if (expected !== null) placed.gaps.opened.push(expected);
}

export interface Update {
  ref: string;
  old: string;
  next: string;
}

/** What the ledger says of a ref. */
export interface Entry {
  /** '' where there is none. */
  tip: string;
  gaps: readonly Gap[];
  /** The update was pushed before the ledger's first sight of the repository. */
  isBefore: boolean;
}

/** What is read only where it decides. */
export interface Lookups {
  /** Where the ref stands now; '' where it is not there. */
  tipNow(): Promise<string>;
  /** What other hooks have written and nobody has read yet. */
  unread(): Promise<readonly RefUpdate[]>;
}

/** A row of the table above. */
export type Standing =
  | { is: 'next'; missed: Gap | null; expected: Gap | null }
  /** `left`: what stays open of the gap that it closes. */
  | { is: 'overtaken' | 'reported'; closes: Gap | null; left: Gap[] };

const NEXT: Standing = { is: 'next', missed: null, expected: null };

export async function judge(update: Update, entry: Entry, lookups: Lookups): Promise<Standing> {
  const { ref, old, next } = update;
  const whole = entry.gaps.filter(gap => gap.old === old && gap.new === next);
  const expected = whole.find(gap => !gap.reported);
  if (expected !== undefined) return inGap(expected, update);
  if (old === entry.tip) {
    const [reported] = whole;
    if (reported === undefined || next === entry.tip) return NEXT;
    // The same once more, or a late hook: a ref that was deleted has been where it is now before.
    return (await lookups.tipNow()) === entry.tip ? inGap(reported, update) : NEXT;
  }
  const touches = (end: string, tip: string, reported: boolean) => end === tip && (tip !== '' || !reported);
  const gap =
    whole[0] ??
    entry.gaps.find(one => touches(one.old, old, one.reported) || touches(one.new, next, one.reported));
  if (gap !== undefined) return inGap(gap, update);
  if (entry.isBefore) return next === entry.tip ? NEXT : { is: 'overtaken', closes: null, left: [] };
  const start = firstUnreported(ref, old, entry.tip, await lookups.unread());
  return {
    is: 'next',
    missed: start === entry.tip ? null : { ref, old: entry.tip, new: start, reported: true },
    expected: start === old ? null : { ref, old: start, new: old, reported: false },
  };
}

function inGap(gap: Gap, { old, next }: Update): Standing {
  const behind = gap.new === next ? [] : [{ ...gap, old: next }];
  const left = gap.old === old ? behind : [{ ...gap, new: old }];
  return { is: gap.reported ? 'reported' : 'overtaken', closes: gap, left };
}

/** Goes back from a tip along what other hooks have written, until where the ledger stands or nobody says more. */
export function firstUnreported(
  ref: string,
  from: string,
  announced: string,
  others: readonly RefUpdate[],
): string {
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
