/**
 * Entry of the worker: takes pushes out of the spool and brings deliveries out. The hook starts it when none runs; it
 * stays as long as anything is pending, lingers a while, and leaves.
 */
import { spawn } from 'node:child_process';
import { fstatSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { makeLookupThreads } from './host/lookup-threads.ts';

makeLookupThreads();
const { values } = parseArgs({
  options: {
    home: { type: 'string' },
    once: { type: 'boolean', default: false },
    replace: { type: 'boolean', default: false },
  },
});
if (values.home === undefined) {
  process.stderr.write('usage: worker.ts --home DIR [--once] [--replace]\n');
  process.exitCode = 2;
} else {
  process.exitCode = await work(values.home, values);
}

async function work(home: string, options: { once: boolean; replace: boolean }): Promise<number> {
  try {
    const { becomeOwner } = await import('./host/home-owner.ts');
    const { requireHome } = await import('./host/home.ts');
    const { prepareHome } = await import('./host/home.ts');
    const { openLines, takeLog } = await import('./host/worker-log.ts');
    await becomeOwner(home);
    process.umask(0o077);
    // That its database is missing is for the log to say.
    await requireHome(home, 'spool');
    await prepareHome(home);
    let say: ((text: string) => void) | undefined;
    try {
      takeLog(home);
      say = openLines(home);
    } catch (error) {
      // Pushes are announced all the same.
      await report((error as Error).message);
    }
    const { runWorker } = await import('./worker/run-worker.ts');
    return await runWorker(home, { ...options, say });
  } catch (error) {
    const { explainTrouble } = await import('./worker/database-trouble.ts');
    await report(`the worker cannot start: ${explainTrouble(error)}`);
    return 1;
  }
}

/** To standard error, and to the system's log when that leads nowhere, as for whom a hook or a command starts. */
async function report(text: string): Promise<void> {
  process.stderr.write(`belfry: ${text}\n`);
  if (fstatSync(2).rdev !== statSync('/dev/null').rdev) return;
  const logger = spawn('logger', ['-t', 'belfry', '-p', 'user.err', '--', text], { stdio: 'ignore' });
  await new Promise(done => logger.once('error', done).once('close', done));
}
