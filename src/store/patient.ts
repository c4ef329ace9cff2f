/**
 * Waits for another process's lock without holding up this one. SQLite's own wait blocks the thread: a worker would not
 * see meanwhile that a receiver has answered, and take that for a time-out. So SQLite is told not to wait, and an operation
 * that met a lock is tried again later. Each is one transaction, which has done nothing when it cannot begin.
 *
 * Two operations that are under way at once may overtake each other, as two processes may; who needs an order awaits the first.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/** Between two tries; the first ones come sooner, for most locks are held for as long as a file sync takes. */
const LONGEST_PAUSE_MS = 50;

/**
 * The same operations, each of which waits for a lock for up to `busyMs`.
 * @param translate what an operation came to, in words of the port
 */
export function patient<T extends object>(
  operations: T,
  busyMs: number,
  translate: (error: unknown) => unknown,
): T {
  const waiting = Object.entries(operations).map(([name, operation]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await operation(...args);
      } catch (error) {
        return await whenFree(() => operation(...args), busyMs, error).catch(last => {
          throw translate(last);
        });
      }
    },
  ]);
  return Object.fromEntries(waiting);
}

/**
 * Tries again as long as the database is locked.
 * @param failed what the first try came to
 * @throws what the last try came to
 */
export async function whenFree<T>(attempt: () => Promise<T>, busyMs: number, failed: unknown): Promise<T> {
  const until = performance.now() + busyMs;
  let error = failed;
  for (
    let pause = 2;
    isBusy(error) && performance.now() < until;
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  ) {
    // At random: several that wait for one lock would come together again.
    await sleep(pause * (0.5 + Math.random() / 2));
    try {
      return await attempt();
    } catch (again) {
      error = again;
    }
  }
  throw error;
}

/** Another process has locked the database, or is about to (`SQLITE_PROTOCOL`: several take turns at its log). */
function isBusy(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (code === 'database') return isBusy(cause ?? {});
  return typeof code === 'string' && /^SQLITE_(BUSY|PROTOCOL)/.test(code);
}
