/**
 * Answers that wait to be written. They gather while requests are under way, since a durable commit costs a file sync and
 * a turn of many writes each page of the database once. A crash repeats what was not written yet, so it is a moment
 * only; in a long queue a longer one, where each answer would otherwise cost twice as many pages.
 */
import type { Settlement } from '../store/queue.ts';

const USUAL = { ms: 40, most: 500 };
const LONG_QUEUE = { ms: 120, most: 1_500 };
/** That many in one go come of a long queue only. */
const MANY = 200;

/** @param ripe called when the first of them has waited long enough */
export function createAnswers(ripe: () => void) {
  const waiting: Settlement[] = [];
  let limits = USUAL;
  let timer: NodeJS.Timeout | undefined;

  return {
    add(settlement: Settlement): void {
      if (waiting.push(settlement) === 1) timer = setTimeout(ripe, limits.ms);
    },

    take(): Settlement[] {
      clearTimeout(timer);
      limits = waiting.length >= MANY ? LONG_QUEUE : USUAL;
      return waiting.splice(0);
    },

    /** They could not be written. */
    putBack(settlements: Settlement[]): void {
      waiting.unshift(...settlements);
    },

    some: (): boolean => waiting.length > 0,

    enough: (): boolean => waiting.length >= limits.most,
  };
}
