/**
 * Answers that wait to be written. They gather while requests are under way, since a durable commit costs a file sync:
 * with one of 5 ms the disk takes an eighth of the time. Longer would gain little, and a crash repeats what was not
 * written yet.
 */
import type { Settlement } from '../store/queue.ts';

const GATHER_MS = 40;
const GATHER_MOST = 500;

/** @param ripe called when the first of them has waited long enough */
export function createAnswers(ripe: () => void) {
  const waiting: Settlement[] = [];
  let timer: NodeJS.Timeout | undefined;

  return {
    add(settlement: Settlement): void {
      if (waiting.push(settlement) === 1) timer = setTimeout(ripe, GATHER_MS);
    },

    take(): Settlement[] {
      clearTimeout(timer);
      return waiting.splice(0);
    },

    /** They could not be written. */
    putBack(settlements: Settlement[]): void {
      waiting.unshift(...settlements);
    },

    some: (): boolean => waiting.length > 0,

    enough: (): boolean => waiting.length >= GATHER_MOST,
  };
}
