/** When a delivery that failed is tried again: soon at first, then ever more rarely, for a good day. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const RETRY_DELAYS_MS = [
  10 * SECOND,
  1 * MINUTE,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  10 * HOUR,
] as const;

/** Spread, so that what failed together does not come back together. */
const JITTER = 0.2;

/**
 * Milliseconds to wait after a number of tries; null when the schedule is exhausted.
 * @param tries how many were made, at least 1
 * @param random from 0 to 1
 */
export function retryDelay(tries: number, random: number): number | null {
  const delay = RETRY_DELAYS_MS[tries - 1];
  return delay === undefined ? null : Math.round(delay * (1 - JITTER + 2 * JITTER * random));
}
