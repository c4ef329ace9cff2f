/**
 * Entry of a survey of the roots: which repositories have come, were renamed, are gone, or announce nothing; those get their
 * hooks where the setting `install.new` says so. The worker starts it beside itself: what reads the configurations of
 * repositories would stay in its memory.
 */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { newInstaller } from './announce/install-new.ts';
import { surveyRoots } from './announce/survey-roots.ts';
import { ownDirectory } from './host/accounts.ts';
import { resolveSettings } from './settings/settings.ts';
import { openStore } from './store/sqlite.ts';
import { createLog } from './worker/log.ts';
import { rootRefusal } from './worker/root-refuses.ts';

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
    const settings = resolveSettings(await store.settings.all(), hostname());
    const installation = { app: join(import.meta.dirname, '..'), home };
    const deps = { store, settings, now: Date.now, log };
    const { install } = newInstaller({ ...deps, installation, refusal: rootRefusal });
    await surveyRoots({ ...deps, install });
  } finally {
    store.close();
  }
}
