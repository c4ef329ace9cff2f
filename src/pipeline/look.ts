/**
 * Looks at a repository's refs because something has moved them, and announces what differs from the ledger. Nobody
 * says what has happened; so it waits until whatever moves refs there has ended, and one look sees all that it did.
 */
import type { Spool, SpoolFile } from '../spool/spool.ts';
import { sameProcess } from '../system/worker-process.ts';
import type { Pusher } from '../users/pusher.ts';
import { type AnnounceDeps, type Announced, announce } from './announce.ts';
import { compareRefs } from './compare-refs.ts';
import { inParts } from './in-parts.ts';
import { registerRepository } from './register-repository.ts';
import { takeBaseline } from './take-baseline.ts';

/** A process that moves refs for so long, and goes on, is not waited for. */
const LONGEST_MS = 10 * 60_000;
/** For whom nobody believes: pushes under way are taken in meanwhile, and such files need not wait for each other. */
const DISBELIEVED_MS = 5_000;
/** Others may announce the same between the comparison and the record. */
const TRIES = 5;

export interface LookDeps extends AnnounceDeps {
  spool: Spool;
}

/** Whether it is too early for a look. */
export async function isTooEarly(file: SpoolFile, { spool, now }: LookDeps): Promise<boolean> {
  const age = Math.abs(now() - file.pushedAt);
  if (!file.push.look) return age < DISBELIEVED_MS;
  if (age >= LONGEST_MS) return false;
  const { mover, directory } = file.push;
  if (mover !== null && sameProcess(mover)) return true;
  return spool.busyWith(directory, file, sameProcess);
}

/**
 * @param by who moved them; null: nobody knows
 * @returns null when there is nothing to tell
 * @throws BelfryError when the repository cannot be read
 */
export async function look(
  { name, pushedAt, push }: SpoolFile,
  by: Pusher | null,
  deps: AnnounceDeps,
): Promise<Announced | null> {
  const { row } = await registerRepository(push.directory, deps);
  if (await takeBaseline(row, deps)) return null;
  for (let tries = TRIES; tries > 0; tries--) {
    const updates = await compareRefs(row, deps.store);
    if (updates.length === 0) return null;
    // What was cut off after some of its parts is told under another name.
    const own = (await deps.store.pushes.known(name)) ? `${name}/${deps.now()}` : name;
    const what = { row, pushedAt, pusher: by, options: [], recovered: true, asked: true };
    const announced = await inParts(own, updates, part => announce({ ...what, ...part }, deps));
    if (announced.fresh || (await deps.store.pushes.known(own))) return announced;
  }
  return null;
}
