/**
 * The repository that a directory is, by what the roots call it and by what was known before. Seen for the first time it
 * becomes known; one that was renamed keeps its webhooks, its ledger and its merge requests.
 */
import { BelfryError } from '../errors.ts';
import { repositoryKind } from '../installer/find-repositories.ts';
import { identityOf } from '../installer/follow-path.ts';
import type { Place } from '../model/place.ts';
import type { Repository, SettledRepositories } from '../model/repository.ts';
import { settleNames } from '../model/settle-names.ts';
import type { Store } from '../store/store.ts';
import { placeAt, placeOf } from './locate-repository.ts';

export interface RegisterDeps {
  store: Store;
  now: () => number;
  log?: (level: 'info' | 'warn' | 'error', message: string) => void;
}

export interface Registered {
  row: Repository;
  /** Another directory stood at its name when it was last seen: its refs are to be compared with the ledger. */
  replaced: boolean;
}

/** Others may change what was examined meanwhile. */
const TRIES = 10;

/**
 * @param directory absolute, symbolic links resolved
 * @throws BelfryError `git` when it is not there, or no repository
 */
export async function registerRepository(directory: string, deps: RegisterDeps): Promise<Registered> {
  return registerPlace(await placeOfRepository(directory, deps), deps);
}

/** Where a repository's directory lies. @throws BelfryError `git` when it is not there, or no repository */
export async function placeOfRepository(
  directory: string,
  deps: Pick<RegisterDeps, 'store'>,
): Promise<Place> {
  const place = await placeOf(directory, deps.store).catch(cause => {
    throw new BelfryError('git', `${directory} cannot be read: ${cause.message}`, { cause });
  });
  // Whatever a spool file names would become known otherwise.
  if ((await repositoryKind(directory)) === 'none')
    throw new BelfryError('git', `${directory} is not a repository`);
  return place;
}

/** The same for what was found at a path. */
export async function registerPlace(place: Place, deps: RegisterDeps): Promise<Registered> {
  const { store, now } = deps;
  const same = await store.repositories.sameAs(place);
  if (same !== null) return { row: same, replaced: false };
  const places = place.root === null ? [place, ...(await linkedPlaces(place, store))] : [place];
  const examined = new Set(places.map(({ path }) => path));
  for (let tries = 0; tries < TRIES; tries++) {
    const settled = await store.repositories.settle(places, examined, [place.path], settleNames, now());
    if (!('unexamined' in settled)) {
      sayWhatChanged(settled, deps);
      const row = settled.rows[0]!;
      return { row, replaced: settled.replaced.some(({ id }) => id === row.id) };
    }
    for (const path of settled.unexamined) {
      const there = await placeAt(path, store);
      if (there !== null) places.push(there);
      examined.add(path);
    }
  }
  throw new BelfryError(
    'conflict',
    `${place.path}: its name kept changing: stop what changes it, then retry`,
  );
}

/**
 * The names of known repositories that lead to a directory outside the roots: it may have been moved there, and a link left
 * in its place. Only those are asked whose own directory is no longer where it was.
 */
async function linkedPlaces(place: Place, store: Store): Promise<Place[]> {
  const found: Place[] = [];
  for (const { path, directory } of await store.repositories.inside()) {
    if (path === place.path || (await isStillThere(path, directory, store))) continue;
    const there = await placeAt(path, store).catch(() => null);
    if (there?.directory === place.directory) found.push(there);
  }
  return found;
}

async function isStillThere(path: string, directory: string, store: Store): Promise<boolean> {
  const now = await identityOf(directory).catch(() => null);
  const known = await store.repositories.knownAt(path);
  return now !== null && known?.identity?.inode === now.inode;
}

/** A repository as it is now; as it was, when nothing is there. */
export async function seeAgain(row: Repository, deps: RegisterDeps): Promise<Repository> {
  const place = await placeAt(row.path, deps.store);
  return place === null ? row : (await registerPlace(place, deps)).row;
}

/** One line for each. */
export function sayWhatChanged(
  { renamed, replaced, gone }: SettledRepositories,
  { log = () => {} }: Pick<RegisterDeps, 'log'>,
): void {
  for (const { row, from } of renamed) log('info', `${from} was renamed: it is now ${row.full_name}`);
  for (const row of replaced)
    log('info', `${row.full_name} has a new directory: its refs are checked (${row.directory})`);
  for (const row of gone) log('warn', `${row.full_name} is gone: nothing is at ${row.path}`);
}
