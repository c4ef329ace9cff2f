/** Reads `Retry-After` (RFC 9110 §10.2.3): seconds or an HTTP date. */

/** A receiver cannot put a delivery off for longer than a day. */
const LONGEST_MS = 24 * 3_600_000;

/** The three forms of a date (RFC 9110 §5.6.7) in common; without this, `Date.parse` finds a year in "-1" and in "1.5". */
const HTTP_DATE = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .*\d\d:\d\d:\d\d/i;

/**
 * @returns milliseconds from `now`, at most 24 h; null when there is no usable value. No time at all, or one that is
 *   over by our clock, is none either: taken at its word, it would use up the whole schedule within a second
 */
export function retryAfterMs(value: string | null, now: number): number | null {
  const text = value?.trim() ?? '';
  const wait = /^\d{1,10}$/.test(text) ? Number(text) * 1_000 : dateOf(text) - now;
  return wait > 0 ? Math.min(wait, LONGEST_MS) : null;
}

/** NaN for what is none. The oldest form has no zone, and means UTC. */
function dateOf(text: string): number {
  if (!HTTP_DATE.test(text)) return Number.NaN;
  return Date.parse(/\d\d:\d\d:\d\d \d{4}$/.test(text) ? `${text} GMT` : text);
}
