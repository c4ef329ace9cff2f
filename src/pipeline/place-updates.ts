/**
 * Where a hook's updates stand on the ledger. Nearly always they follow on the last announced tip. But a hook that was
 * killed, or never ran, leaves a gap before the next push, which nobody would see any more once the ledger has moved on;
 * and a hook that was slower than the next push's reports last, when the ledger must not go back.
 */
import { isZeroId, type RefUpdate } from '../events/change.ts';
import { listRefs } from '../git/list-refs.ts';
import { lookUpRefs } from '../git/look-up-refs.ts';
import type { RepositoryRow } from '../store/repositories.ts';
import type { Store } from '../store/store.ts';

export interface Placed {
  /** What happened before these updates and was never announced. */
  missed: RefUpdate[];
  /** Names of refs whose entry stays as it is: it is newer than the update. */
  overtaken: Set<string>;
}

/** Names of refs go to git as arguments, which have room for some thousand. */
const MOST_BY_NAME = 500;

/**
 * @param reported what other hooks of this repository have written and nobody has read yet
 * @throws BelfryError `git`
 */
export async function placeUpdates(
  row: RepositoryRow,
  updates: RefUpdate[],
  store: Store,
  reported: () => Promise<RefUpdate[]>,
): Promise<Placed> {
  const placed: Placed = { missed: [], overtaken: new Set() };
  // Before the baseline the ledger knows nothing that could be missed or overtaken.
  if (updates.length === 0 || (await store.ledger.baselineAt(row.id)) === null) return placed;
  const tips = await store.ledger.tips(row.id, updates);
  // That a ref is not there is the one state that often comes again.
  const odd = updates.filter(
    ({ ref, old }) => (isZeroId(old) || tips.get(ref) !== old) && !ref.includes('\ufffd'),
  );
  if (odd.length === 0) return placed;

  const now = await present(row.directory, new Set(odd.map(({ ref }) => ref)));
  const others = odd.some(({ ref, old }) => (tips.get(ref) ?? '') !== orNothing(old)) ? await reported() : [];
  for (const { ref, old, new: next } of odd) {
    const [announced, tip] = [tips.get(ref) ?? '', now.get(ref) ?? ''];
    if (announced === tip && orNothing(next) !== tip) placed.overtaken.add(ref);
    else if (announced === orNothing(old) || announced === tip) continue;
    const start = firstUnreported(ref, old, announced, others);
    if (orNothing(start) === announced) continue;
    // The ref has moved on, and that is still to be reported: the gap is judged then.
    if (orNothing(next) !== tip) placed.overtaken.add(ref);
    else placed.missed.push({ old: announced || '0'.repeat(next.length), new: start, ref });
  }
  return placed;
}

/** Goes back from an update along what other hooks will report, until where the ledger stands or nobody says more. */
function firstUnreported(ref: string, from: string, announced: string, others: RefUpdate[]): string {
  const left = new Set(others.filter(one => one.ref === ref));
  let at = from;
  while (orNothing(at) !== announced) {
    const before = [...left].find(one => one.new === at);
    if (before === undefined) break;
    left.delete(before);
    at = before.old;
  }
  return at;
}

async function present(directory: string, refs: Set<string>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (refs.size <= MOST_BY_NAME) {
    for (const [ref, { id }] of await lookUpRefs({ repository: directory }, [...refs])) found.set(ref, id);
    return found;
  }
  for await (const tips of listRefs({ repository: directory }))
    for (const { ref, id } of tips) if (refs.has(ref)) found.set(ref, id);
  return found;
}

function orNothing(id: string): string {
  return isZeroId(id) ? '' : id;
}
