/**
 * Takes the place of the worker that runs: for a service manager, whose worker is to be the one that it knows. A worker
 * that left because another one runs would be started again and again.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockHolders } from '../host/process-state.ts';
import { WORKER_TITLE } from '../host/worker-process.ts';
import { type ProcessLock, takeProcessLock } from '../store/process-lock.ts';

/** The other one finishes its requests first; nothing is lost by a late start. */
const PAUSE_MS = 500;

/**
 * Asks it once to leave, and waits without saying so: it may be stuck, or out of sight in a container.
 * @param mostMs null is given after that; a service manager waits without end
 */
export async function replaceWorker(
  home: string,
  mostMs = Number.POSITIVE_INFINITY,
): Promise<ProcessLock | null> {
  const asked = new Set<number>();
  let turn: ProcessLock | null = null;
  for (let waited = 0; ; waited += PAUSE_MS) {
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
    await sleep(PAUSE_MS);
  }
}

function askToLeave(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has left by itself.
  }
}
