/** Asks the worker of a home to leave: it finishes the requests in flight, which takes as long as a receiver may take. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockHolders, processAlive, processState } from '../../host/process-state.ts';
import { askToLeave, livingWorker } from '../../host/worker-process.ts';

const PATIENCE_MS = 15_000;
const PAUSE_MS = 100;

/**
 * Whatever worker.pid says, only workers that run as this account are signalled. Gives false when one is still there.
 */
export async function stopWorker(home: string): Promise<boolean> {
  const signalled = new Set<number>();
  for (let left = PATIENCE_MS; left > 0; left -= PAUSE_MS) {
    const there = await workersOf(home);
    for (const pid of there) {
      if (signalled.has(pid)) continue;
      signalled.add(pid);
      askToLeave(pid);
    }
    if (there.length === 0 && ![...signalled].some(pid => processAlive(pid))) return true;
    await sleep(PAUSE_MS);
  }
  return false;
}

/** One that works, one that is leaving and has removed its worker.pid, and those that are only starting. */
async function workersOf(home: string): Promise<number[]> {
  const pids = new Set<number>();
  const known = await livingWorker(home);
  if (known !== null) pids.add(known);
  for (const { pid } of await lockHolders([join(home, 'worker.lock')])) pids.add(pid);
  for (const name of await readdir('/proc'))
    if (/^\d+$/.test(name) && (await isStarting(name, home))) pids.add(Number(name));
  const uid = process.geteuid!();
  return [...pids].filter(pid => processState({ pid, uid }) === 'alive');
}

/** Until a worker has given itself its name, its arguments can be seen. */
async function isStarting(pid: string, home: string): Promise<boolean> {
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  return (
    words.some(word => /\/src\/(worker\.ts|start-worker\.sh)$/.test(word)) &&
    words[words.indexOf('--home') + 1] === home
  );
}
