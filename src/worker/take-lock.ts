/** Takes the home's worker lock: behind a predecessor that is about to leave, or in the place of one that is asked to. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockHolders } from '../host/process-state.ts';
import { askToLeave, livingWorker, WORKER_TITLE } from '../host/worker-process.ts';
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

/** The other one finishes its requests first; nothing is lost by a late start. */
const REPLACE_PAUSE_MS = 500;

/**
 * Takes the place of the worker that runs: for a service manager, whose worker is to be the one that it knows. A worker
 * that left because another one runs would be started again and again. The other one is asked once to leave, and waited
 * for without a word: it may be stuck, or out of sight in a container.
 * @param mostMs null is given after that; a service manager waits without end
 */
export async function replaceWorker(
  home: string,
  mostMs = Number.POSITIVE_INFINITY,
): Promise<ProcessLock | null> {
  const asked = new Set<number>();
  let turn: ProcessLock | null = null;
  for (let waited = 0; ; waited += REPLACE_PAUSE_MS) {
    // Those that pushes start meanwhile see that one waits already, and leave.
    turn ??= takeProcessLock(join(home, 'worker.next'));
    const lock = takeProcessLock(join(home, 'worker.lock'));
    if (lock !== null) {
      turn?.release();
      return lock;
    }
    for (const { pid, name } of await lockHolders([join(home, 'worker.lock')])) {
      if (name !== WORKER_TITLE || asked.has(pid)) continue;
      asked.add(pid);
      askToLeave(pid);
    }
    if (waited >= mostMs) {
      turn?.release();
      return null;
    }
    await sleep(REPLACE_PAUSE_MS);
  }
}
