/**
 * A push of very many refs is announced in parts, each in one transaction of its own and, for a robot, in one message of
 * its own: what is held in the memory does not grow with the push.
 */
import { isBranchOrTag, type RefUpdate } from '../model/change.ts';
import type { Announced } from './announce.ts';

/** Some 12 MB are held for so many refs; 200,000 at once would take more than a gigabyte. */
const AT_ONCE = 1_000;
/** Notes that are kept of all parts behind the first. */
const MOST_NOTES = 20;

/** @param work announces one part. `name`: the push's own for the first part, so that a short push is one part */
export async function inParts<T extends Announced & { missed?: number }>(
  name: string,
  updates: readonly RefUpdate[],
  work: (part: { name: string; updates: RefUpdate[] }) => Promise<T>,
): Promise<T> {
  const [first, ...others] = parts(updates);
  const all = await work({ name, updates: first! });
  for (const [index, part] of others.entries()) {
    // No spool file can have this name.
    const done = await work({ name: `${name}/${index + 2}`, updates: part });
    addTo(all, { ...done, notes: done.notes.slice(0, MOST_NOTES) });
    if (all.missed !== undefined) all.missed += done.missed ?? 0;
  }
  return all;
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
