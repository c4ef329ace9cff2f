/**
 * Checks a repository's refs because something has moved them, and announces what differs from the ledger. Nobody says
 * what has happened; so it waits until whatever moves refs there has ended, and one check sees all that it did.
 */

import { processState } from '../host/process-state.ts';
import type { RefUpdate } from '../model/change.ts';
import type { Pusher } from '../model/pusher.ts';
import { registerRepository } from '../repositories/register-repository.ts';
import { leaveOut, takeBaseline } from '../repositories/take-baseline.ts';
import type { Spool, SpoolFile } from '../spool/spool.ts';
import { type AnnounceDeps, type Announced, type Announcement, announce } from './announce.ts';
import { compareRefs } from './compare-refs.ts';
import { inParts } from './in-parts.ts';
import { judges } from './judges.ts';

/** A process that moves refs for so long, and goes on, is not waited for. */
const LONGEST_MS = 10 * 60_000;
/** A process that nobody can see. */
const LONGEST_UNSEEN_MS = 5 * 60_000;
/** For an account that is not trusted: pushes under way are taken in meanwhile, and such files need not wait for each other. */
const UNTRUSTED_MS = 5_000;
/** Nothing tells that a process has ended: it is asked again after a part of the time that it has had, within bounds. */
const AGAIN = { share: 0.25, leastMs: 100, mostMs: 5_000 };
/** Others may announce the same between the comparison and the record. */
const TRIES = 5;

export interface LookDeps extends AnnounceDeps {
  spool: Spool;
}

/** Whether it still moves refs, as far as anybody can see. */
export function isMoving({ uid, trusted, changedAt, push }: SpoolFile, now: number): boolean {
  if (push.writer === null) return false;
  const state = processState({ ...push.writer, uid: trusted ? null : uid });
  return state === 'alive' || (state === 'unknown' && Math.abs(now - changedAt) < LONGEST_UNSEEN_MS);
}

/** For how long a ref check has to wait before it is asked again, milliseconds; 0: not at all. */
export async function waitBefore(file: SpoolFile, { spool, settings, now }: LookDeps): Promise<number> {
  const age = Math.abs(now() - file.changedAt);
  if (!file.push.refCheck) return Math.max(UNTRUSTED_MS - age, 0);
  if (age >= LONGEST_MS || spool.isLetGo(file.name)) return 0;
  const early =
    isMoving(file, now()) || (await spool.busyWith(file.push.directory, file, judges(settings, now)));
  return early ? Math.min(Math.max(age * AGAIN.share, AGAIN.leastMs), AGAIN.mostMs) : 0;
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
  if (await leaveOut(row, deps)) return null;
  if (await takeBaseline(row, deps)) return null;
  const what = { row, name, pushedAt, pusher: by, options: [] };
  return announceFound(what, () => compareRefs(row, deps.store), deps);
}

/**
 * Announces what a comparison finds that a hook has asked for. The ledger may move on between the two: then it is compared
 * once more.
 * @returns null when there is nothing to tell
 * @throws BelfryError `git`
 */
export async function announceFound(
  what: Pick<Announcement, 'row' | 'name' | 'pushedAt' | 'pusher' | 'options'>,
  compare: () => Promise<RefUpdate[]>,
  deps: AnnounceDeps,
): Promise<Announced | null> {
  const { pushes } = deps.store;
  for (let tries = TRIES; tries > 0; tries--) {
    const updates = await compare();
    if (updates.length === 0) return null;
    // What was cut off after some of its parts is told under another name.
    const own = (await pushes.known(what.name)) ? `${what.name}/${deps.now()}` : what.name;
    const found = { ...what, recovered: true, asked: true };
    const announced = await inParts(own, updates, part => announce({ ...found, ...part }, deps));
    if (announced.fresh || (await pushes.known(own))) return announced;
  }
  return null;
}
