/** Reads `Retry-After` (RFC 9110 §10.2.3): seconds or an HTTP date. */

/** A receiver cannot put a delivery off for longer than a day. */
const LONGEST_MS = 24 * 3_600_000;

/** @returns milliseconds from `now`, at most 24 h; null when there is no usable value */
export function retryAfterMs(value: string | null, now: number): number | null {
  const text = value?.trim() ?? '';
  const wait = /^\d{1,10}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  if (text === '' || Number.isNaN(wait)) return null;
  return Math.min(Math.max(wait, 0), LONGEST_MS);
}
