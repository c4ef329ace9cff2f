/** The worker's log: one line per message, with the time, safe for a terminal. */

import type { Log } from '../delivery/courier.ts';
import { printable } from '../text/printable.ts';

export function createLog(write: (text: string) => void): Log {
  return (level, message) => write(`${new Date().toISOString()} ${level} ${printable(message)}\n`);
}
