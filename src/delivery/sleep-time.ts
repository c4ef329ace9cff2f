/** How long the courier sleeps when nothing is due. */

/** Timers know nothing of a clock that is set, and stand still while the machine sleeps: so it is looked at often. */
const LONGEST_MS = 60_000;
/** Due, but its webhook has no room: a finished request wakes the courier, this is only the safety net. */
const NO_ROOM_MS = 1_000;

/**
 * @param retryAt when the next retry is due
 * @param opensAt when the first robot's gate opens for what waits behind it
 * @returns milliseconds; null when neither waits
 */
export function sleepTime(retryAt: number | null, opensAt: number | null, now: number): number | null {
  const times = [retryAt, opensAt].filter(time => time !== null);
  if (times.length === 0) return null;
  const wait = Math.min(...times) - now;
  return wait <= 0 ? NO_ROOM_MS : Math.min(wait, LONGEST_MS);
}
