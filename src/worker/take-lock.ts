/** Takes the home's worker lock, waiting for a predecessor that is about to leave. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { livingWorker } from '../host/worker-process.ts';
import { type ProcessLock, takeProcessLock } from '../store/process-lock.ts';

/** A worker that leaves finishes its requests first: their time-out is the longest it can take. */
const PATIENCE_MS = 600_000;
/** Between two tries. */
const PAUSE_MS = 50;

/**
 * Null when another worker lives and stays: it will find whatever this one was started for. Null too when another one
 * waits already: it reads the spool after it has come to its turn, and hooks start one worker for every push meanwhile.
 */
export async function takeLock(home: string): Promise<ProcessLock | null> {
  const take = () => takeProcessLock(join(home, 'worker.lock'));
  const free = take();
  if (free !== null) return free;
  if ((await livingWorker(home)) !== null) return null;
  const turn = takeProcessLock(join(home, 'worker.next'));
  if (turn === null) return null;
  try {
    for (let waited = 0; waited < PATIENCE_MS; waited += PAUSE_MS) {
      const lock = take();
      if (lock !== null) return lock;
      if ((await livingWorker(home)) !== null) return null;
      await sleep(PAUSE_MS);
    }
    return null;
  } finally {
    turn.release();
  }
}
