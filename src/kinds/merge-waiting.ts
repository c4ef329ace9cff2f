/**
 * Says which of a robot's waiting messages go out as one (chat-robots.md §10): none while a minute's allowance is enough for
 * all; then those with the same merge key, which are about the same ref or thread; and when that is still too much, or
 * after a long block, all of them as one digest.
 */
import type { KindName } from '../model/names.ts';
import { minuteAllowance, type Pace } from './pace.ts';

export interface Waiting {
  /** The delivery's. */
  id: string;
  /** The merge key, from `mergeKey`; null: only a digest can take the message. */
  key: string | null;
}

/** One as the store has it. */
export interface WaitingMessage extends Waiting {
  /** Ids of its events, oldest first. */
  events: number[];
}

/** Messages that go out as one: the first carries the others. */
export interface Digest {
  /** Deliveries, oldest first. */
  ids: string[];
  /** What it is about; null: several things. */
  key: string | null;
}

/**
 * The merge key names the ref or the thread that a message is about, if it is about one only. It is stored with the
 * delivery, so that no event has to be read to plan a merge.
 * @param changeKeys of its events
 */
export function mergeKey(changeKeys: readonly string[]): string | null {
  const keys = new Set(changeKeys);
  return keys.size === 1 ? [...keys][0]! : null;
}

/**
 * @param waiting oldest first
 * @param allowance messages in the next minute; less than the robot's own where several webhooks share it
 * @returns messages to be, in order: what goes into each, oldest first. More than one: a digest (`form.digest`), whose
 *   first delivery carries it
 */
export function mergeWaiting<One extends Waiting>(
  kind: KindName,
  pace: Pace,
  waiting: readonly One[],
  allowance = minuteAllowance(kind),
): One[][] {
  if (waiting.length < 2 || (waiting.length <= allowance && !pace.digestNext))
    return waiting.map(one => [one]);
  const groups = Map.groupBy(waiting, one => one.key ?? `\0${one.id}`);
  return groups.size <= allowance && !pace.digestNext ? [...groups.values()] : [[...waiting]];
}

/** Events in one message: they are read together to be counted. A push of more refs is several messages anyway. */
const MOST_EVENTS = 2_000;

/** @param groups as `mergeWaiting` gives them @returns those of several messages, none with too many events */
export function digestsOf(groups: readonly WaitingMessage[][]): Digest[] {
  return groups
    .flatMap(inParts)
    .filter(part => part.length > 1)
    .map(part => ({ ids: part.map(({ id }) => id), key: commonKey(part) }));
}

function commonKey([first, ...others]: WaitingMessage[]): string | null {
  return others.every(({ key }) => key === first!.key) ? first!.key : null;
}

/** In order, each as long as there is room for its next. */
function inParts(messages: WaitingMessage[]): WaitingMessage[][] {
  const parts: WaitingMessage[][] = [];
  let room = 0;
  for (const one of messages) {
    if (parts.length === 0 || one.events.length > room) {
      parts.push([]);
      room = MOST_EVENTS;
    }
    parts.at(-1)!.push(one);
    room -= one.events.length;
  }
  return parts;
}
