/**
 * Entry of the worker: takes pushes out of the spool and brings deliveries out. The hook starts it when none runs; it
 * stays as long as anything is owed, lingers a while, and leaves.
 */
import { makeLookupThreads } from './system/lookup-threads.ts';

makeLookupThreads();
// An import of the whole of node:util touches what nobody needs here, half a megabyte.
const { values } = process.getBuiltinModule('node:util').parseArgs({
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
  const { runWorker } = await import('./worker/run-worker.ts');
  const { home, once, replace } = values;
  process.exitCode = await runWorker(home, { once, replace }).catch(async error => {
    const { explainTrouble } = await import('./worker/database-trouble.ts');
    process.stderr.write(`belfry: the worker cannot start: ${explainTrouble(error, home)}\n`);
    return 1;
  });
}
