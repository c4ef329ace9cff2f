/**
 * The worker's log: one line per message, with the time, safe for a terminal. An error that comes again and again, as
 * those of a database that cannot be used do every second, is said once a minute.
 */

import type { Log } from '../delivery/dispatcher.ts';
import { printable } from '../text/printable.ts';

const REPEAT_MS = 60_000;
/** Different errors that are remembered. */
const MOST = 100;

/** @param now milliseconds since 1970 */
export function createLog(write: (text: string) => void, now: () => number = Date.now): Log {
  const said = new Map<string, number>();
  return (level, message) => {
    const at = now();
    if (level === 'error') {
      const before = said.get(message);
      if (before !== undefined && Math.abs(at - before) < REPEAT_MS) return;
      if (said.size >= MOST) said.clear();
      said.set(message, at);
    }
    write(`${new Date(at).toISOString()} ${level} ${printable(message)}\n`);
  };
}
