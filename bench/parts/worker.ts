/** A home's worker, started as belfry starts it: with the same flags and the same environment as by the hook. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startWorker } from '../../src/host/worker-process.ts';
import { type Belfry, NODE, PROJECT } from '../../test/support/belfry.ts';
import { until } from '../../test/support/until.ts';

/** Starts it if none runs, and waits until it does. */
export async function warmWorker(belfry: Belfry): Promise<void> {
  if (belfry.worker() !== null) return;
  await startWorker(belfry.home, { node: NODE, app: PROJECT });
  await running(belfry);
}

/**
 * The same, and with `BENCH_PROFILE=DIR` it leaves a CPU profile there when it ends, for Chrome's developer tools.
 * @returns what throws, with the worker's log, when it has ended
 */
export async function startMeasured(belfry: Belfry): Promise<() => void> {
  const { BENCH_PROFILE: profiles } = process.env;
  let node = NODE;
  if (profiles !== undefined) {
    node = join(belfry.home, 'node-with-profile');
    const script = `#!/bin/sh\nexec '${NODE}' --cpu-prof --cpu-prof-dir='${profiles}' "$@"\n`;
    await writeFile(node, script, { mode: 0o755 });
  }
  await startWorker(belfry.home, { node, app: PROJECT });
  await running(belfry);
  return () => {
    if (belfry.worker() === null) throw new Error(`the worker ended:\n${logOf(belfry)}`);
  };
}

async function running(belfry: Belfry): Promise<void> {
  await until('the worker to run', () => belfry.worker(), { limitMs: 60_000, everyMs: 5 }).catch(error => {
    throw new Error(`${error.message}:\n${logOf(belfry)}`);
  });
}

function logOf({ home }: Belfry): string {
  return readFileSync(join(home, 'log', 'worker.log'), 'utf8');
}
