/** Takes the home's worker lock, waiting for a predecessor that is about to leave. */
import { join } from 'node:path';
import { takeWorkerLock, type WorkerLock } from '../store/worker-lock.ts';
import { livingWorker } from '../system/worker-process.ts';

/** A worker that leaves finishes its requests first: their time-out is the longest it can take. */
const PATIENCE = 6_000;

/**
 * Null when another worker lives and stays: it will find whatever this one was started for. Null too when another one
 * waits already: it reads the spool after it has come to its turn, and hooks start one worker for every push meanwhile.
 */
export async function takeLock(home: string): Promise<WorkerLock | null> {
  const take = (waitMs: number) => takeWorkerLock(join(home, 'worker.lock'), waitMs);
  const free = take(0);
  if (free !== null) return free;
  if ((await livingWorker(home)) !== null) return null;
  const turn = takeWorkerLock(join(home, 'worker.next'), 0);
  if (turn === null) return null;
  try {
    for (let tries = 0; tries < PATIENCE; tries++) {
      const lock = take(100);
      if (lock !== null) return lock;
      if ((await livingWorker(home)) !== null) return null;
    }
    return null;
  } finally {
    turn.release();
  }
}
