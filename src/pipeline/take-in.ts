/** Empties the spool: every push becomes events and deliveries; what cannot be used is set aside with its reason. */
import { BelfryError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import type { Spool } from '../spool/spool.ts';
import type { Store } from '../store/store.ts';
import { announcePush } from './announce-push.ts';

export interface TakeInDeps {
  spool: Spool;
  store: Store;
  settings: Settings;
  now: () => number;
  log: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** Called after each push that is owed to somebody. */
  onRecorded: (webhookIds: number[]) => void;
  stopping: () => boolean;
}

/**
 * Reads what waits, oldest first. Gives the number of pushes taken in.
 * @throws BelfryError `database`: the files stay where they are
 */
export async function takeIn(deps: TakeInDeps): Promise<number> {
  let taken = 0;
  for (let names = await deps.spool.waiting(); names.length > 0; names = await deps.spool.waiting()) {
    for (const name of names) {
      if (deps.stopping()) return taken;
      await takeInOne(name, deps);
      taken++;
    }
  }
  return taken;
}

async function takeInOne(name: string, deps: TakeInDeps): Promise<void> {
  const { spool, log } = deps;
  const file = await spool.read(name);
  if (file === null) return;
  if (typeof file === 'string') return setAside(name, file, deps);
  try {
    const done = await announcePush(file, { ...deps, reported: spool.reported });
    if (done.missed > 0)
      log(
        'warn',
        `${done.repository}: ${done.missed} refs had moved before, and no hook announced it: recovered`,
      );
    for (const note of done.notes) log('info', `${done.repository}: ${note}`);
    if (done.fresh) {
      log('info', `${done.repository}: push of ${done.events} refs, ${done.deliveries} deliveries`);
      deps.onRecorded(done.webhookIds);
    }
    await spool.remove(name);
  } catch (error) {
    if (error instanceof BelfryError && error.code === 'database') throw error;
    if (isDatabaseTrouble(error)) throw error;
    await setAside(name, (error as Error).message, deps);
  }
}

async function setAside(name: string, reason: string, { spool, log }: TakeInDeps): Promise<void> {
  log('error', `spool file ${name} is set aside: ${reason}`);
  await spool.setAside(name, reason);
}

/**
 * A locked or full database says nothing about the file: it is tried again later. What it refuses to hold it will refuse
 * again, and the other files must not wait for that.
 */
function isDatabaseTrouble(error: unknown): boolean {
  const code = String((error as { code?: unknown }).code ?? '');
  return code.startsWith('SQLITE_') && !/^SQLITE_(CONSTRAINT|TOOBIG|MISMATCH|RANGE|ERROR)/.test(code);
}
