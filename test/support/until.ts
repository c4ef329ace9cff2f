/**
 * Waits for something that no event announces (another process's file, a row in a log). The limit is generous: it is
 * there to say what never came, not to measure.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  /** Milliseconds before it is given up. */
  limitMs?: number;
  everyMs?: number;
}

/** Gives the first value of `look` that is neither null nor undefined nor false; throws with `what` when none came. */
export async function until<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  { limitMs = 60_000, everyMs = 20 }: Patience = {},
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await look();
    if (value !== null && value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`wanted ${what}, and it did not come within ${limitMs} ms`);
    await sleep(everyMs);
  }
}
