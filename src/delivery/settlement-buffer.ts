/**
 * Outcomes that wait to be written. They gather while requests are in flight, since a durable commit costs a file sync and
 * a transaction of many writes each page of the database once. A crash repeats what was not written yet, so they wait for
 * a moment only; in a long queue the moment is longer, and a third less is written by that.
 */
import type { Settlement } from '../model/job.ts';

const USUAL = { ms: 40, most: 500 };
const LONG_QUEUE = { ms: 120, most: 1_500 };
/** So many in one transaction come of a long queue. */
const MANY = 200;
/** Characters that receivers have answered: each answer may have 64 KiB. */
const MOST_TEXT = 8_000_000;

/** @param flushDue called when the first of them has waited long enough */
export function createSettlementBuffer(flushDue: () => void) {
  const waiting: Settlement[] = [];
  let limits = USUAL;
  let text = 0;
  let timer: NodeJS.Timeout | undefined;

  return {
    add(settlement: Settlement): void {
      text += settlement.attempt.responseBody.length;
      if (waiting.push(settlement) === 1) timer = setTimeout(flushDue, limits.ms);
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

    /** True when more must not wait for the timer. */
    full: (): boolean => waiting.length >= limits.most || text >= MOST_TEXT,
  };
}
