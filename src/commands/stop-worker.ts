/** Has the worker leave, and keeps every other from beginning. */
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { BelfryError } from '../errors.ts';
import type { WorkerLock } from '../store/worker-lock.ts';
import { livingWorker } from '../system/worker-process.ts';

/** Longer than a receiver may take to answer, unless its own time-out is longer. */
const TRIES = 600;
const EVERY_MS = 100;

/** @throws BelfryError `conflict` when it does not leave within a minute */
export async function stopWorker(home: string): Promise<WorkerLock> {
  const { takeWorkerLock } = await import('../store/worker-lock.ts');
  for (let tries = 0; tries < TRIES; tries++) {
    const lock = takeWorkerLock(join(home, 'worker.lock'), 0);
    if (lock !== null) return lock;
    const pid = await livingWorker(home);
    try {
      if (pid !== null) process.kill(pid, 'SIGTERM');
    } catch {
      // It left between the two looks.
    }
    await sleep(EVERY_MS);
  }
  throw new BelfryError('conflict', 'the worker does not leave: a receiver keeps it waiting', {
    hint: 'Try again when `belfry status` says that none runs.',
  });
}
