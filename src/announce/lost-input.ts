/**
 * A push whose hook was not given all that Git gives it: a home-made dispatcher has read some of it, or dropped its last
 * line feed; or the hook was killed while it wrote. What the hook did not hear of is found by comparing the refs at once,
 * and is announced as what it is: a part of this push, of this pusher; or of nobody's, where another push may have moved it.
 */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { listRefs, lookUpRefs } from '../git/look-up-refs.ts';
import { findDispatcher } from '../installer/examine-hooks.ts';
import { isZeroId, type RefUpdate } from '../model/change.ts';
import type { Repository } from '../model/repository.ts';
import type { SpoolFile } from '../spool/spool.ts';
import type { Store } from '../store/store.ts';
import { plural } from '../text/plural.ts';
import type { AnnounceDeps, Announced, Announcement } from './announce.ts';
import { compareRefs } from './compare-refs.ts';
import { announceFound, unannounced } from './ref-check.ts';

export interface HeardOf {
  updates: RefUpdate[];
  /** What shows that there was more, as the rest of a sentence; null: nothing does. */
  lost: string | null;
}

/** What other hooks of the repository have written and nobody has read yet. */
type Unread = () => Promise<RefUpdate[]>;

/**
 * What a hook's file says for certain. A last line without its end may be whole, or cut off in the ref's name, where a
 * branch of that name may even exist: it counts when the ref stands where it says, or when the next push goes on from there.
 * @throws BelfryError `git`
 */
export async function certainUpdates(
  { push, pushedAt }: Pick<SpoolFile, 'push' | 'pushedAt'>,
  row: Repository,
  store: Store,
  unread: Unread,
): Promise<HeardOf> {
  const { updates, unfinished, lost } = push;
  if (lost !== null && (await store.ledger.baselineAt(row.id)) === null) {
    const known = new Set([...updates, ...(await unread())].map(({ ref }) => ref));
    const written = await justWritten(row.directory, pushedAt);
    return { updates: [...updates, ...written.filter(({ ref }) => !known.has(ref))], lost };
  }
  if (unfinished !== null && (await isWhole(unfinished, row, store, unread)))
    return { updates: [...updates, unfinished], lost };
  const last = updates.at(-1);
  if (unfinished === null && last !== undefined && (await isCutShort(last, row, store, unread)))
    return { updates: updates.slice(0, -1), lost: 'its last line is cut off' };
  return { updates, lost };
}

/**
 * What a repository's first push has moved, when its hook says nothing and there is no ledger to compare with: the branches
 * and tags whose files Git has just written. Where they come from nobody knows.
 * @param pushedAt milliseconds since 1970
 * @throws BelfryError `git`
 */
async function justWritten(directory: string, pushedAt: number): Promise<RefUpdate[]> {
  const found: RefUpdate[] = [];
  for await (const refs of listRefs({ repository: directory })) {
    for (const { ref, id } of refs) {
      const file = await lstat(join(directory, ref)).catch(() => null);
      if (file?.isFile() && file.mtimeMs >= pushedAt - JUST_MS)
        found.push({ ref, old: '0'.repeat(id.length), new: id });
      if (found.length >= MOST_WRITTEN) return found;
    }
  }
  return found;
}

/** From the refs to the hook: it may have waited for one that runs before it. */
const JUST_MS = 60_000;
const MOST_WRITTEN = 1_000;

async function isWhole(
  { ref, old, new: next }: RefUpdate,
  row: Repository,
  store: Store,
  unread: Unread,
): Promise<boolean> {
  if ((await unread()).some(other => other.ref === ref && other.old === next)) return true;
  const now = (await lookUpRefs({ repository: row.directory }, [ref])).get(ref)?.id;
  if (!isZeroId(next)) return now === next;
  // That a ref is not there is true of every name that is cut off.
  return now === undefined && (await store.ledger.tips(row.id, [{ ref }])).get(ref) === old;
}

/** Whether a line that ends as it should names a ref that is none, and another ref moved as it says whose name goes on. */
async function isCutShort(last: RefUpdate, row: Repository, store: Store, unread: Unread): Promise<boolean> {
  if ((await store.ledger.baselineAt(row.id)) === null) return false;
  if ((await lookUpRefs({ repository: row.directory }, [last.ref])).has(last.ref)) return false;
  // The next push may have deleted it.
  if ((await unread()).some(({ ref }) => ref === last.ref)) return false;
  return (await compareRefs(row, store)).some(
    ({ ref, old, new: next }) =>
      ref !== last.ref && ref.startsWith(last.ref) && next === last.new && old === last.old,
  );
}

/**
 * Announces what the hook did not hear of, and keeps in mind which program is to blame for that.
 * @param what the push @param lost null: it came whole, and an earlier one did not
 * @throws BelfryError `git`
 */
export async function announceRest(
  what: Pick<Announcement, 'row' | 'name' | 'pushedAt' | 'pusher' | 'options'>,
  { updates, lost }: HeardOf,
  deps: AnnounceDeps & { unread: Unread; isAnyCut: () => Promise<boolean> },
): Promise<Announced | null> {
  const { row } = what;
  // The hook of another push may have been given as little: nobody can say which of them has moved what is found.
  const pusher = (await deps.isAnyCut()) ? null : what.pusher;
  const { store, now, log = () => {} } = deps;
  const name = updates.length === 0 ? what.name : `${what.name}/rest`;
  const announced = await announceFound(
    { ...what, pusher, name },
    () => notHeardOf(row, pusher?.login, deps, deps.unread),
    deps,
  );
  const missed = announced?.events ?? 0;
  if (lost === null && announced === null) {
    await store.repositories.setInputLost(row.id, null);
    return null;
  }
  const why = lost ?? 'other refs had moved, too';
  const dispatcher = await findDispatcher(row.directory);
  const found = `${plural(missed, 'more event')} found by comparing the refs`;
  log(
    'warn',
    dispatcher === null
      ? `${row.full_name}: belfry's hook did not get the whole push (${why}): it was killed, or was given nothing else; ${found}`
      : `${row.full_name}: ${dispatcher.path} did not pass the whole push to belfry's hook (${why}); ${found}; \`belfry doctor\` names the fix`,
  );
  if (dispatcher !== null) {
    const { path, changedAt } = dispatcher;
    await store.repositories.setInputLost(row.id, { at: now(), why, dispatcher: path, changedAt });
  }
  return announced;
}

/** What differs from the ledger, up to where other hooks of the repository go on. */
async function notHeardOf(
  row: Repository,
  login: string | undefined,
  deps: AnnounceDeps,
  unread: Unread,
): Promise<RefUpdate[]> {
  const others = await unread();
  const found: RefUpdate[] = [];
  for (const { by, ...update } of await unannounced(row, deps)) {
    const written = others.filter(({ ref }) => ref === update.ref);
    // Heads of merge requests: those of others come by their own pushes, or by the next scan.
    if (by !== undefined && (by !== login || written.length > 0)) continue;
    const end = beginningOf(written, update);
    if (end !== null) found.push({ ...update, new: end });
  }
  return found;
}

/**
 * Where the way begins that other hooks have written of a ref, when it is one way from there to where the ref is now, and the
 * ledger does not stand on it. Null otherwise: a ref that was made anew, or files that are older than the ledger's entry, tell
 * no stretch that is missing for certain. What is missing there is found when those files are placed.
 */
export function beginningOf(written: readonly RefUpdate[], update: RefUpdate): string | null {
  const left = new Set(written);
  let at = update.new;
  while (left.size > 0) {
    const before = [...left].find(one => one.new === at);
    if (before === undefined || isZeroId(before.old) || before.old === update.old) return null;
    left.delete(before);
    at = before.old;
  }
  return at;
}
