/** One file of the spool: it becomes events and deliveries, or waits, or is quarantined with its reason. */
import { realpath } from 'node:fs/promises';
import { BelfryError } from '../errors.ts';
import { isRepository } from '../git/repository-facts.ts';
import type { Settings } from '../settings/settings.ts';
import type { SpoolEntry } from '../spool/folder-index.ts';
import type { Spool, SpoolFile } from '../spool/spool.ts';
import type { Store } from '../store/store.ts';
import { plural } from '../text/plural.ts';
import { type AnnouncedPush, announcePush } from './announce-push.ts';
import type { Foresight } from './foresight.ts';
import { mayPass, type PutOffs } from './put-off.ts';
import { checkAsked, isMoving, waitBefore } from './ref-check.ts';
import { judges, trustIn } from './trust.ts';

export interface TakeInDeps {
  spool: Spool;
  store: Store;
  settings: Settings;
  now: () => number;
  log: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** Called after each push with pending deliveries. */
  onRecorded: (webhookIds: number[]) => void;
  /** Called for each push whose pusher waits for the outcome, as often as its file is read. */
  onAwaited?: (file: SpoolFile) => void;
  /** Called for a push into an excluded repository. */
  onLeftOut?: (file: SpoolFile) => void;
  stopping: () => boolean;
  /** Why nothing of a repository may be read by this process: a sentence, or null. */
  refusal?: (directory: string) => Promise<string | null>;
}

export interface TakeOneDeps extends TakeInDeps {
  putOffs: PutOffs;
  /** Of the pushes that follow in the same repository. */
  foresight: Foresight;
  /** Nobody waits for this any longer, and what it works with may be closed: nothing is quarantined then. */
  givenUp: () => boolean;
}

/**
 * `waitMs`: the file stays for so long, and with `putOff` the later ones of its repository too. `movedTo`: the repository's
 * directory lies there by now.
 */
export type TakenOne = Stayed | { movedTo: string };
export type Stayed = 'taken' | { waitMs: number; putOff?: true };

/** A file that can neither be read nor moved out of the way is tried again after so long. */
const STUCK_MS = 60_000;

/** What waits behind what: the files of an account for a repository. Nobody's files keep those of others waiting. */
export function placeOf({ name, uid, claim }: SpoolEntry): string {
  return `${uid} ${claim === null || typeof claim === 'string' ? name : claim.directory}`;
}

/** @throws BelfryError `database`: the file stays where it is */
export async function takeOne(entry: SpoolEntry, deps: TakeOneDeps): Promise<TakenOne> {
  const { spool, log, settings, onRecorded } = deps;
  const { name } = entry;
  const found = await spool.read(name).catch((error: Error) => error);
  if (found instanceof Error) {
    log('error', `push ${name} waits: ${found.message}`);
    return { waitMs: STUCK_MS };
  }
  if (found === null) {
    spool.forget(name);
    return 'taken';
  }
  if (typeof found === 'string') return quarantineRubbish(entry, found, deps);
  if (found.push.waitSeconds > 0) deps.onAwaited?.(found);
  const place = placeOf(entry);
  const patient = await deps.putOffs.hasPatience(found, place);
  try {
    // Once: who may write where a link leads must not speak of where it leads a moment later.
    const directory = await realpath(found.push.directory);
    if (entry.claim !== null && typeof entry.claim !== 'string' && entry.claim.directory !== directory)
      return { movedTo: directory };
    const refusal = async () => (await deps.refusal?.(directory)) ?? null;
    const refused = await deps.foresight.once('refusal', refusal, why => why === null);
    if (refused !== null) return quarantine(name, refused, deps);
    const file = { ...found, push: { ...found.push, directory } };
    const { pusher, trusted } = await trustIn(file, settings);
    const isCheck = file.push.refCheck || !trusted;
    const waitMs = isCheck ? await waitBefore(file, deps) : 0;
    if (waitMs > 0) return { waitMs };
    // It goes on moving refs: the next that it moves must be asked for anew, from now on.
    if (isCheck && !spool.isLetGo(name) && isMoving(file, deps.now())) {
      await spool.letGo(name);
      return 'taken';
    }
    if (!trusted)
      log(
        'warn',
        `push ${name} of user ${file.uid} is not trusted, since that account may not write into ${directory}: belfry compares the refs itself`,
      );
    const isAnyCut = () => spool.isAnyCut(directory, name, judges(settings, deps.now));
    const updatesOfOthers = (of: string, except: string) =>
      spool.updatesOfOthers(of, except, judges(settings, deps.now));
    const done = isCheck
      ? await checkAsked(file, trusted && !file.push.writer?.pushes ? pusher : null, { ...deps, patient })
      : await announcePush(file, pusher, { ...deps, patient, updatesOfOthers, isAnyCut });
    if (done !== null) report(done, deps);
    else if (!isCheck) deps.onLeftOut?.(found);
    if (done?.fresh === true) onRecorded(done.webhookIds);
    await spool.remove(name);
    deps.putOffs.setWorn(place, false);
  } catch (error) {
    // What the database refuses to hold it will refuse again, and the other files must not wait for that.
    const isTroubled = error instanceof BelfryError && error.code === 'database';
    if (isTroubled || deps.givenUp()) throw error;
    const { message } = error as Error;
    const passes = mayPass(error) || (await isAway(error, found.push.directory));
    if (patient && passes) return putOff(found, message, deps);
    if (passes) deps.putOffs.setWorn(place, true);
    return quarantine(name, message, deps);
  }
  return 'taken';
}

/** What git refuses may be all that there is to see of a file system that is away. */
async function isAway(error: unknown, directory: string): Promise<boolean> {
  return error instanceof BelfryError && error.code === 'git' && !(await isRepository(directory));
}

async function putOff(
  { name, uid }: SpoolFile,
  reason: string,
  { putOffs, log }: TakeOneDeps,
): Promise<Stayed> {
  const waitMs = await putOffs.again(name, uid, reason);
  log('warn', `push ${name} is tried again in ${waitMs / 1_000} s: ${reason}`);
  return { waitMs, putOff: true };
}

function report(
  done: Pick<AnnouncedPush, 'repository' | 'notes' | 'fresh' | 'events' | 'deliveries'> & { missed?: number },
  { log }: TakeInDeps,
): void {
  if (done.missed)
    log('warn', `${done.repository}: recovered ${plural(done.missed, 'ref')} that no hook announced`);
  for (const note of done.notes) log('info', `${done.repository}: ${note}`);
  if (done.fresh)
    log(
      'info',
      `${done.repository}: push of ${plural(done.events, 'ref')}, ${plural(done.deliveries, 'delivery', 'deliveries')}`,
    );
}

/** It may be a push of which something is still wanted: it is kept, whoever left it. */
export function quarantine(
  name: string,
  reason: string,
  { spool, log }: Pick<TakeInDeps, 'spool' | 'log'>,
): Promise<Stayed> {
  log('error', `push ${name} is quarantined: ${reason} (see belfry push show ${name})`);
  return orStuck(name, { log }, () => spool.quarantine(name, reason));
}

/** What is no push: only so much of each account is kept, and the log names no more than that. */
export function quarantineRubbish(
  { name, uid }: Pick<SpoolEntry, 'name' | 'uid'>,
  reason: string,
  { spool, log }: Pick<TakeInDeps, 'spool' | 'log'>,
): Promise<Stayed> {
  return orStuck(name, { log }, async () => {
    const done = await spool.quarantineRubbish({ name, uid }, reason);
    if (done === 'kept') log('error', `file ${name} in the spool is no push, and quarantined: ${reason}`);
    if (done === 'first removed')
      log('warn', `user ${uid} leaves too many files that are not pushes: from now on they are removed`);
  });
}

/** The others must not wait for a file that cannot be moved. */
async function orStuck(
  name: string,
  { log }: Pick<TakeInDeps, 'log'>,
  work: () => Promise<void>,
): Promise<Stayed> {
  try {
    await work();
    return 'taken';
  } catch (error) {
    log('error', `file ${name} in the spool cannot be quarantined: ${(error as Error).message}`);
    return { waitMs: STUCK_MS };
  }
}
