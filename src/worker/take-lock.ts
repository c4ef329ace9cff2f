/** Takes the home's worker lock, waiting for a predecessor that is about to leave. */
import { join } from 'node:path';
import { takeWorkerLock, type WorkerLock } from '../store/worker-lock.ts';
import { livingWorker } from '../system/worker-process.ts';

/** A worker that leaves finishes its requests first: their time-out is the longest it can take. */
const PATIENCE = 6_000;

/** Null when another worker lives and stays: it will find whatever this one was started for. */
export async function takeLock(home: string): Promise<WorkerLock | null> {
  for (let tries = 0; tries < PATIENCE; tries++) {
    const lock = takeWorkerLock(join(home, 'worker.lock'), 100);
    if (lock !== null) return lock;
    if ((await livingWorker(home)) !== null) return null;
  }
  return null;
}
