/** Takes over the home: says which process the worker is, opens the database, and waits for what keeps it from that. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../delivery/dispatcher.ts';
import type { Waker } from '../delivery/waker.ts';
import { isDirectory } from '../files/may.ts';
import { keepPushWait } from '../host/push-wait.ts';
import { writePid } from '../host/worker-process.ts';
import { resolveSettings } from '../settings/settings.ts';
import { openStoreAsync } from '../store/sqlite.ts';
import { explainTrouble, TROUBLE_MS, willPass } from './database-trouble.ts';
import { createLiveSettings } from './live-settings.ts';
import { REFUSED_STATUS, rootRefusesHome } from './root-refuses.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');

export type OpenHome = Awaited<ReturnType<typeof open>>;

/**
 * An exit status when it cannot be done, and it has been said why. A locked database or a full disk may be well in a moment, and
 * then nobody would start the next worker for the pushes that wait.
 * @param options `once`: whoever called checks again by himself; `waker` is woken when it is asked to stop
 */
export async function openHome(
  home: string,
  log: Log,
  options: { once: boolean; stopping: () => boolean; waker: Waker },
): Promise<OpenHome | number> {
  for (;;) {
    // It was removed, or unmounted, while this worker started: nothing is put in its place.
    if (!(await isDirectory(join(home, 'spool')))) {
      log('error', `${home} is gone: stopping`);
      return 1;
    }
    try {
      await writePid(home, process.pid);
      const opened = await open(home, log);
      const { note } = opened.store;
      if (note !== null) log('info', note);
      const refused = await rootRefusesHome(opened.store);
      if (refused === null) return opened;
      log('error', `pushes stay in the spool: ${refused}`);
      await opened.live.close();
      opened.store.close();
      return REFUSED_STATUS;
    } catch (error) {
      log('error', `pushes stay in the spool: ${explainTrouble(error)}`);
      if (options.once || !willPass(error)) return 1;
    }
    await options.waker.wait(TROUBLE_MS);
    if (options.stopping()) return 0;
  }
}

async function open(home: string, log: Log) {
  const store = await openStoreAsync({ home, migrations: MIGRATIONS, opening: 'upgrade' });
  // Before anything is read: what another process changes from now on is seen as a change.
  const version = await store.queue.version();
  const pushWait = async () => resolveSettings(await store.settings.all(), hostname())['push.wait'];
  const keepFiles = () =>
    keepPushWait(home, pushWait).catch(error => log('error', `push.wait: ${explainTrouble(error)}`));
  return { store, version, live: await createLiveSettings(store, hostname(), process.env, keepFiles) };
}
