/** A database that is locked or full today is well tomorrow: what needs it is tried again. */
import type { Log } from '../delivery/dispatcher.ts';
import type { Waker } from '../delivery/waker.ts';
import { explainTrouble, willPass } from './database-trouble.ts';

/** How long to wait when the database cannot be written. */
export const TROUBLE_MS = 1_000;

export interface Patience {
  waker: Waker;
  log: Log;
  stopping: () => boolean;
}

/** @throws what a wait does not fix */
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
