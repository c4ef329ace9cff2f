/**
 * Which of a robot's waiting messages go out as one (robots.md §10): none while a minute's allowance is enough for
 * all; then what is about the same ref or thread; and when that is still too much, or after a long block, all of them
 * as one digest.
 */
import type { KindName } from '../model/names.ts';
import { minuteAllowance, type Pace } from './pace.ts';

export interface Waiting {
  /** Delivery. */
  id: string;
  /** From `mergeKey`; null: only a digest can take it. */
  key: string | null;
}

/**
 * What a message is about, if it is about one thing: pushes to the same ref of the same repository, comments on the
 * same thread. To be stored with the delivery, so that the plan needs no event to be read.
 * @param changeKeys of its events
 */
export function mergeKey(changeKeys: readonly string[]): string | null {
  const keys = new Set(changeKeys);
  return keys.size === 1 ? [...keys][0]! : null;
}

/**
 * @param waiting oldest first
 * @param allowance messages in the next minute; less than the robot's own where several webhooks share it
 * @returns messages to be, in order: ids of the deliveries in each, oldest first. More than one id: a digest
 *   (`form.digest`), whose first delivery carries it
 */
export function mergeWaiting(
  kind: KindName,
  pace: Pace,
  waiting: readonly Waiting[],
  allowance = minuteAllowance(kind),
): string[][] {
  if (pace.digestNext && waiting.length > 1) return [waiting.map(one => one.id)];
  if (waiting.length <= allowance) return waiting.map(one => [one.id]);
  const groups = Map.groupBy(waiting, one => one.key ?? `\0${one.id}`);
  if (groups.size <= allowance) return [...groups.values()].map(group => group.map(one => one.id));
  return [waiting.map(one => one.id)];
}
