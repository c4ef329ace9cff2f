/**
 * A push of very many refs is announced in parts, each in one transaction of its own and, for a robot, in one message of
 * its own: what is held in the memory does not grow with the push.
 */
import { PushHistory } from '../git/push-history.ts';
import { isBranchOrTag, type RefUpdate } from '../model/change.ts';
import type { Announced } from './announce.ts';

/** Some 12 MB are held for so many refs; 200,000 at once would take more than a gigabyte. */
const AT_ONCE = 1_000;
/**
 * Parts whose history is read together. Git sorts each parent in among all tips that it has not come to yet, one by one: so
 * not all of a million.
 */
const PARTS_OF_HISTORY = 25;
/** Notes that are kept of all parts behind the first. */
const MOST_NOTES = 20;

export interface Part {
  /** The push's own for the first part, so that a short push is one part. */
  name: string;
  updates: RefUpdate[];
  /** What all parts have moved. */
  whole: readonly RefUpdate[];
  history?: PushHistory;
}

/** @param work announces one part */
export async function inParts<T extends Announced & { missed?: number }>(
  name: string,
  updates: readonly RefUpdate[],
  work: (part: Part) => Promise<T>,
): Promise<T> {
  const all = parts(updates);
  if (all.length === 1) return work({ name, updates: all[0]!, whole: updates });
  let announced: T | null = null;
  let history: PushHistory | undefined;
  for (const [index, part] of all.entries()) {
    if (index % PARTS_OF_HISTORY === 0)
      history = new PushHistory(all.slice(index, index + PARTS_OF_HISTORY).flat());
    // No spool file can have such a name.
    const done = await work({
      name: index === 0 ? name : `${name}/${index + 1}`,
      updates: part,
      whole: updates,
      history: history!,
    });
    if (announced === null) announced = done;
    else {
      addTo(announced, { ...done, notes: done.notes.slice(0, MOST_NOTES) });
      if (announced.missed !== undefined) announced.missed += done.missed ?? 0;
    }
  }
  return announced!;
}

/** Counts what was announced more for one push. */
export function addTo(announced: Announced, more: Announced): void {
  announced.fresh ||= more.fresh;
  announced.events += more.events;
  announced.deliveries += more.deliveries;
  announced.webhookIds = [...new Set([...announced.webhookIds, ...more.webhookIds])];
  announced.notes.push(...more.notes);
}

/** Heads of merge requests come first, as they do within one part. */
function parts(updates: readonly RefUpdate[]): RefUpdate[][] {
  if (updates.length <= AT_ONCE) return [[...updates]];
  const ordered = [...updates.filter(one => !isBranchOrTag(one)), ...updates.filter(isBranchOrTag)];
  const count = Math.ceil(ordered.length / AT_ONCE);
  return Array.from({ length: count }, (_, part) => ordered.slice(part * AT_ONCE, (part + 1) * AT_ONCE));
}
