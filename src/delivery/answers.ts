/**
 * Answers that wait to be written. They gather while requests are under way, since a durable commit costs a file sync and
 * a turn of many writes each page of the database once. A crash repeats what was not written yet, so it is a moment
 * only, and a longer one in a long queue, where a third less is written by that.
 */
import type { Settlement } from '../model/job.ts';

const USUAL = { ms: 40, most: 500 };
const LONG_QUEUE = { ms: 120, most: 1_500 };
/** That many in one go come of a long queue. */
const MANY = 200;
/** Characters that receivers have answered: each answer may have 64 KiB. */
const MOST_TEXT = 8_000_000;

/** @param ripe called when the first of them has waited long enough */
export function createAnswers(ripe: () => void) {
  const waiting: Settlement[] = [];
  let limits = USUAL;
  let text = 0;
  let timer: NodeJS.Timeout | undefined;

  return {
    add(settlement: Settlement): void {
      text += settlement.attempt.responseBody.length;
      if (waiting.push(settlement) === 1) timer = setTimeout(ripe, limits.ms);
    },

    take(): Settlement[] {
      clearTimeout(timer);
      limits = waiting.length >= MANY ? LONG_QUEUE : USUAL;
      text = 0;
      return waiting.splice(0);
    },

    /** They could not be written. */
    putBack(settlements: Settlement[]): void {
      waiting.unshift(...settlements);
    },

    some: (): boolean => waiting.length > 0,

    enough: (): boolean => waiting.length >= limits.most || text >= MOST_TEXT,
  };
}
