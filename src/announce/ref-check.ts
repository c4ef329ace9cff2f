/**
 * The ref check: compares a repository's refs with the ledger, and announces what differs as recovered. A hook asks for one
 * when something has moved refs and nobody says what; it waits until whatever moves refs there has ended, and one check
 * sees all that it did. A scan makes one in any case.
 */

import { processState } from '../host/process-state.ts';
import { type LostHead, lostHeads } from '../merge-requests/lost-heads.ts';
import type { RefUpdate } from '../model/change.ts';
import type { Pusher } from '../model/pusher.ts';
import type { Repository } from '../model/repository.ts';
import { registerRepository } from '../repositories/register-repository.ts';
import { leaveOut, takeBaseline } from '../repositories/take-baseline.ts';
import type { Spool, SpoolFile } from '../spool/spool.ts';
import { type AnnounceDeps, type Announced, type Announcement, announce } from './announce.ts';
import { compareRefs } from './compare-refs.ts';
import { inParts } from './in-parts.ts';
import { judges } from './trust.ts';

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

export interface RefCheckDeps extends AnnounceDeps {
  spool: Spool;
}

/** Whether it still moves refs, as far as anybody can see. */
export function isMoving({ uid, trusted, changedAt, push }: SpoolFile, now: number): boolean {
  if (push.writer === null) return false;
  const state = processState({ ...push.writer, uid: trusted ? null : uid });
  return state === 'alive' || (state === 'unknown' && Math.abs(now - changedAt) < LONGEST_UNSEEN_MS);
}

/** For how long a ref check has to wait before it is asked again, milliseconds; 0: not at all. */
export async function waitBefore(file: SpoolFile, { spool, settings, now }: RefCheckDeps): Promise<number> {
  const age = Math.abs(now() - file.changedAt);
  if (!file.push.refCheck) return Math.max(UNTRUSTED_MS - age, 0);
  if (age >= LONGEST_MS || spool.isLetGo(file.name)) return 0;
  const early =
    isMoving(file, now()) || (await spool.busyWith(file.push.directory, file, judges(settings, now)));
  return early ? Math.min(Math.max(age * AGAIN.share, AGAIN.leastMs), AGAIN.mostMs) : 0;
}

/**
 * @param by who moved them; null: nobody knows
 * @returns null when there is nothing to announce
 * @throws BelfryError when the repository cannot be read
 */
export async function checkAsked(
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
 * @returns null when there is nothing to announce
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
    // What was cut off after some of its parts is announced under another name.
    const own = (await pushes.known(what.name)) ? `${what.name}/${deps.now()}` : what.name;
    const found = { ...what, recovered: true, asked: true };
    const announced = await inParts(own, updates, part => announce({ ...found, ...part }, deps));
    if (announced.fresh || (await pushes.known(own))) return announced;
  }
  return null;
}

/** Nobody knows who moved a branch or a tag. */
export type Unannounced = RefUpdate & Partial<Pick<LostHead, 'by'>>;

/** Without regard to pushes that are under way: they are announced once, here or by their hooks. @throws BelfryError `git` */
export async function checkRefs(row: Repository, deps: AnnounceDeps): Promise<Announced[]> {
  const updates = await unannounced(row, deps);
  return updates.length === 0 ? [] : announceAll(row, updates, deps);
}

export async function unannounced(row: Repository, { store }: AnnounceDeps): Promise<Unannounced[]> {
  return [...(await compareRefs(row, store)), ...(await lostHeads(row, store))];
}

/** One push for each who did it; branches first, since they may have merged a request. */
export async function announceAll(
  row: Repository,
  updates: Unannounced[],
  deps: AnnounceDeps,
): Promise<Announced[]> {
  const now = deps.now();
  const announced: Announced[] = [];
  for (const [by, mine] of Map.groupBy(updates, one => one.by)) {
    const name = `scan-${row.id}-${now}${by === undefined ? '' : `-${announced.length}`}`;
    const pusher = by === undefined ? null : { login: by };
    const what = { row, pushedAt: now, pusher, options: [], recovered: true };
    announced.push(await inParts(name, mine, part => announce({ ...what, ...part }, deps)));
  }
  return announced;
}
