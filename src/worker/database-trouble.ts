/** What a worker says, and does, when its database cannot be used. */
import type { Log } from '../delivery/dispatcher.ts';
import type { Waker } from '../delivery/waker.ts';
import { BelfryError } from '../errors.ts';

/** What the kernel says of a disk that cannot be written, and of one that may not. */
const DISK = /^(ENOSPC|EDQUOT|EROFS|EIO)$/;
const MAY_NOT = /^(EACCES|EPERM)$/;
/** What Node says of a library that it cannot load, as the database's on another processor. */
const NOT_LOADED = /^(ERR_DLOPEN_FAILED|ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND)$/;

/** True when waiting may fix it: a lock, a full disk, a file system that is away. A damaged file stays damaged. */
export function willPass(error: unknown): boolean {
  return (error instanceof BelfryError && error.transient) || DISK.test(codeOf(error));
}

/** One line: what is wrong, and what to do about it. */
export function explainTrouble(error: unknown): string {
  if (error instanceof BelfryError) return [error.message, error.hint].filter(Boolean).join('. ');
  if (DISK.test(codeOf(error)) || MAY_NOT.test(codeOf(error))) return (error as Error).message;
  if (NOT_LOADED.test(codeOf(error))) return String(error);
  return String((error as Error).stack ?? error);
}

/** How long to wait when the database cannot be written. */
export const TROUBLE_MS = 1_000;

export interface Patience {
  waker: Waker;
  log: Log;
  stopping: () => boolean;
}

/** Tries again what a locked or full database keeps from being done. @throws what a wait does not fix */
export async function withPatience(
  task: () => Promise<void>,
  { waker, log, stopping }: Patience,
): Promise<void> {
  while (!stopping()) {
    try {
      return await task();
    } catch (error) {
      if (!willPass(error)) throw error;
      log('error', `waiting for the database: ${explainTrouble(error)}`);
      await waker.wait(TROUBLE_MS);
    }
  }
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | undefined)?.code);
}
