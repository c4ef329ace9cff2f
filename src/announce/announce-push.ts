/**
 * A push from the spool. The file goes only after the transaction stands (see `take-in.ts`); read twice, it is one
 * push. A repository that was never seen gets its baseline at the same time.
 */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { BelfryError } from '../errors.ts';
import { isBranchOrTag, isZeroId, type RefUpdate } from '../model/change.ts';
import type { Pusher } from '../model/pusher.ts';
import type { Repository } from '../model/repository.ts';
import { placeOfRepository, registerPlace } from '../repositories/register-repository.ts';
import { leaveOut, takeBaseline } from '../repositories/take-baseline.ts';
import type { SpoolFile } from '../spool/spool.ts';
import type { Store } from '../store/store.ts';
import { type AnnounceDeps, type Announced, type Announcement, announce } from './announce.ts';
import { addTo, inParts } from './in-parts.ts';
import { PLACED_AT_THE_END, placeUpdates } from './place-updates.ts';
import { checkRefs } from './ref-check.ts';

export interface AnnouncePushDeps extends AnnounceDeps {
  /** Updates that other files in the spool report of a repository. */
  updatesOfOthers: (directory: string, except: string) => Promise<RefUpdate[]>;
  /** Whether the file of another push to the repository says less than Git has moved. */
  isAnyCut: () => Promise<boolean>;
}

export interface AnnouncedPush extends Announced {
  /** Refs that had moved before, announced by no hook: they are announced first. */
  missed: number;
}

/**
 * @returns null when the repository is excluded
 * @throws BelfryError when the repository cannot be read; the caller sets the file aside
 */
export async function announcePush(
  { push, pushedAt, name }: SpoolFile,
  pusher: Pusher,
  deps: AnnouncePushDeps,
): Promise<AnnouncedPush | null> {
  const findPlace = () => placeOfRepository(push.directory, deps);
  const place = await (deps.foresight?.once('place', findPlace) ?? findPlace());
  const { row, replaced } = await registerPlace(place, deps);
  if (await leaveOut(row, deps)) {
    deps.log?.('info', `${row.full_name} is excluded by repo.exclude: a push is not announced`);
    return null;
  }
  if (row.root === null)
    deps.log?.(
      'info',
      `${row.full_name} is below no repository root, so webhooks of companies and of the server do not get its pushes (${row.directory}); \`belfry install PARENT\` adds one`,
    );
  const { options } = push;
  const unread = () => deps.updatesOfOthers(row.directory, name);
  const what = { row, name, pushedAt, pusher, options };
  const isSure = push.lost === null && !(await mayBeCutShort(push.updates.at(-1), row, deps.store));
  const heard = isSure
    ? { updates: push.updates, lost: null }
    : await (await lostInput()).certainUpdates({ push, pushedAt }, row, deps.store, unread);
  const announceParts = (updates: RefUpdate[]) =>
    inParts(name, updates, part => announcePart({ ...what, ...part, recovered: false }, deps, unread));
  const first = heard.lost !== null && heard.updates.length === 0 ? null : await announceParts(heard.updates);
  const notes: string[] = [];
  // What this push moved is announced; the other refs are compared by the next one that can list them.
  try {
    if (!(await takeBaseline(row, deps)) && replaced) await checkRefs(row, deps);
  } catch (error) {
    if (!(error instanceof BelfryError) || error.code !== 'git') throw error;
    notes.push(`its other refs are not known yet: ${error.message}`);
  }
  // One whose hook is not given everything may be given the half of a push that looks whole.
  const isDoubtful = heard.lost !== null || (await deps.store.repositories.inputsLost(row.id)).length > 0;
  const rest = isDoubtful ? await (await lostInput()).announceRest(what, heard, { ...deps, unread }) : null;
  // With nothing to announce it is kept in mind all the same: somebody may wait for the outcome.
  const announced =
    first ?? (rest === null ? { ...(await announceParts([])), fresh: false } : { ...rest, missed: 0 });
  if (first !== null && rest !== null) addTo(announced, rest);
  announced.notes.push(...notes);
  return announced;
}

/** Needed by few servers. */
const lostInput = () => import('./lost-input.ts');

/**
 * Whether the last line may name a ref that is none, because it was cut off in the name and ended anew. A ref that is known,
 * or that a file stands for, is one.
 */
async function mayBeCutShort(
  last: RefUpdate | undefined,
  { id, directory }: Repository,
  store: Store,
): Promise<boolean> {
  if (last === undefined || (await store.ledger.tips(id, [last])).size > 0) return false;
  const file = isZeroId(last.new) ? null : await lstat(join(directory, last.ref)).catch(() => null);
  return file?.isFile() !== true;
}

async function announcePart(
  part: Announcement,
  deps: AnnounceDeps,
  unread: () => Promise<RefUpdate[]>,
): Promise<AnnouncedPush> {
  const { row, name, pushedAt } = part;
  const updates = part.updates.filter(isBranchOrTag);
  // Read twice, it has moved the ledger itself.
  const { missed, missedGaps, overtaken, reported, gaps } = (await deps.store.pushes.known(name))
    ? PLACED_AT_THE_END
    : await placeUpdates(row, { updates, pushedAt }, deps.store, unread);
  const before =
    missed.length === 0
      ? null
      : await announce(
          // No spool file can have this name.
          {
            ...part,
            name: `before/${name}`,
            pusher: null,
            options: [],
            updates: missed,
            whole: missed,
            recovered: true,
            gaps: missedGaps,
          },
          deps,
        );
  const announced = await announce({ ...part, overtaken, reported, gaps, unread }, deps);
  if (before === null) return { ...announced, missed: 0 };
  return {
    ...announced,
    deliveries: announced.deliveries + before.deliveries,
    webhookIds: [...new Set([...before.webhookIds, ...announced.webhookIds])],
    missed: missed.length,
  };
}
