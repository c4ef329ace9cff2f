/** Empties the spool: every push becomes events and deliveries; what cannot be used is set aside with its reason. */
import { realpath } from 'node:fs/promises';
import { BelfryError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import type { Spool } from '../spool/spool.ts';
import type { Store } from '../store/store.ts';
import { sameProcess } from '../system/worker-process.ts';
import { plural } from '../text/plural.ts';
import { type AnnouncedPush, announcePush } from './announce-push.ts';
import { isTooEarly, look } from './look.ts';
import { whoseWord } from './whose-word.ts';

export interface TakeInDeps {
  spool: Spool;
  store: Store;
  settings: Settings;
  now: () => number;
  log: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** Called after each push that is owed to somebody. */
  onRecorded: (webhookIds: number[]) => void;
  /** Called after each push whose pusher waits for the outcome and cannot see it himself. */
  onAwaited?: (name: string, seconds: number) => void;
  /** Why nothing is done with a repository, in words; null when it is. */
  refusal?: (directory: string) => Promise<string | null>;
  stopping: () => boolean;
}

export interface TakenIn {
  /** Pushes, and what was none. */
  taken: number;
  /** Files that have to wait. */
  held: number;
}

/**
 * Reads what waits, oldest first, until nothing is left but what has to wait.
 * @throws BelfryError `database`: the files stay where they are
 */
export async function takeIn(deps: TakeInDeps): Promise<TakenIn> {
  const held = new Set<string>();
  const waiting = async () => (await deps.spool.waiting()).filter(name => !held.has(name));
  let taken = 0;
  for (let names = await waiting(); names.length > 0; names = await waiting()) {
    for (const name of names) {
      if (deps.stopping()) return { taken, held: held.size };
      if (await takeInOne(name, deps)) taken++;
      else held.add(name);
    }
  }
  return { taken, held: held.size };
}

/** Gives false when the file has to wait. */
async function takeInOne(name: string, deps: TakeInDeps): Promise<boolean> {
  const { spool, log, onRecorded } = deps;
  const found = await spool.read(name);
  if (found === null) return true;
  if (typeof found === 'string') return setAside(name, found, deps);
  try {
    // Once: who may write where a link leads must not speak of where it leads a moment later.
    const directory = await realpath(found.push.directory);
    const refused = (await deps.refusal?.(directory)) ?? null;
    if (refused !== null) return setAside(name, refused, deps);
    const file = { ...found, push: { ...found.push, directory } };
    const { pusher, believed } = await whoseWord(file, deps.settings);
    const isLook = file.push.look || !believed;
    if (isLook && (await isTooEarly(file, deps))) return false;
    // It goes on moving refs: the next that it moves must be asked for anew, from now on.
    if (isLook && (await spool.letGo(name, file.push.mover, sameProcess))) return true;
    if (!believed)
      log('warn', `spool file ${name}: user ${file.uid} may not write there; the refs are compared`);
    const done = isLook
      ? await look(file, believed && !file.push.mover?.pushes ? pusher : null, deps)
      : await announcePush(file, pusher, { ...deps, reported: spool.reported });
    if (done !== null) report(done, deps);
    if (done?.fresh === true) onRecorded(done.webhookIds);
    await spool.remove(name);
    if (file.push.waitSeconds > 0 && !file.trusted) deps.onAwaited?.(name, file.push.waitSeconds);
  } catch (error) {
    if (error instanceof BelfryError && error.code === 'database') throw error;
    if (isDatabaseTrouble(error)) throw error;
    return setAside(name, (error as Error).message, deps);
  }
  return true;
}

function report(
  done: Pick<AnnouncedPush, 'repository' | 'notes' | 'fresh' | 'events' | 'deliveries'> & { missed?: number },
  { log }: TakeInDeps,
): void {
  if (done.missed)
    log(
      'warn',
      `${done.repository}: ${done.missed} refs had moved before, and no hook announced it: recovered`,
    );
  for (const note of done.notes) log('info', `${done.repository}: ${note}`);
  if (done.fresh)
    log(
      'info',
      `${done.repository}: push of ${plural(done.events, 'ref')}, ${plural(done.deliveries, 'delivery', 'deliveries')}`,
    );
}

/** False when even that was not possible: the others must not wait for it. */
async function setAside(name: string, reason: string, { spool, log }: TakeInDeps): Promise<boolean> {
  log('error', `spool file ${name} is set aside: ${reason}`);
  try {
    await spool.setAside(name, reason);
    return true;
  } catch (error) {
    log('error', `spool file ${name} cannot be set aside: ${(error as Error).message}`);
    return false;
  }
}

/**
 * A locked or full database says nothing about the file: it is tried again later. What it refuses to hold it will refuse
 * again, and the other files must not wait for that.
 */
function isDatabaseTrouble(error: unknown): boolean {
  const code = String((error as { code?: unknown }).code ?? '');
  return code.startsWith('SQLITE_') && !/^SQLITE_(CONSTRAINT|TOOBIG|MISMATCH|RANGE|ERROR)/.test(code);
}
