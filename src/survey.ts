/**
 * Entry of a survey of the roots: which repositories have come, were renamed, are gone, or announce nothing. The worker
 * starts it beside itself: what reads the configurations of repositories would stay in its memory.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { surveyRoots } from './pipeline/survey-roots.ts';
import { openStore } from './store/store.ts';
import { ownDirectory } from './system/accounts.ts';
import { createLog } from './worker/log.ts';

const { values } = parseArgs({ options: { home: { type: 'string' } } });
const { home } = values;
if (home === undefined) {
  process.stderr.write('usage: survey.ts --home DIR\n');
  process.exitCode = 2;
} else {
  process.umask(0o077);
  process.env.HOME ||= ownDirectory();
  const log = createLog(text => process.stderr.write(text));
  const store = openStore({ home, migrations: join(import.meta.dirname, '../migrations'), opening: 'use' });
  try {
    await surveyRoots({ store, now: Date.now, log });
  } finally {
    store.close();
  }
}
