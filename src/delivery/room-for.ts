/** Whether one more request may go out, beside those that are on their way to all webhooks together. */

/** Requests at once to all webhooks together: an upper bound for sockets, far above what healthy receivers need. */
const MOST_IN_FLIGHT = 4_096;
/**
 * What may be on its way at once, in characters: 1,000 ordinary events, or a few giants. Each body is held several times
 * while it is sent: with its envelope, as bytes, in the socket.
 */
const MOST_SENDING = 6_000_000;
/** For a webhook that has nothing on its way: 50 others that hang with 300 KB each must not take its turn. */
const MOST_AT_ALL = 16_000_000;

/** @param resting whether the webhook has nothing on its way */
export function roomFor(underWay: { requests: number; characters: number }, resting = false): boolean {
  if (underWay.requests >= MOST_IN_FLIGHT) return false;
  return underWay.characters < (resting ? MOST_AT_ALL : MOST_SENDING);
}
