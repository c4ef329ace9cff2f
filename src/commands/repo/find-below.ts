/** The directories that a command was given, checked, and the repositories at or below them. */
import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { outermostRoots } from '../../announce/survey-roots.ts';
import { BelfryError } from '../../errors.ts';
import { ownUid } from '../../files/may.ts';
import { type FoundRepository, findRepositories, repositoryKind } from '../../installer/find-repositories.ts';
import type { RefusedLink } from '../../installer/follow-path.ts';
import { hasHooks } from '../../installer/uninstall-hooks.ts';
import { placeAt } from '../../repositories/locate-repository.ts';
import type { Store } from '../../store/store.ts';

export interface Below {
  /** Absolute, as it was given: links on the way to it are an admin's. */
  directory: string;
  /** The directory is a repository itself. */
  isRepository: boolean;
  repositories: FoundRepository[];
  unreadable: Unreadable[];
  /** Links that others made, and that lead to what is not theirs. */
  refused: RefusedLink[];
}

export interface Unreadable {
  directory: string;
  reason: string;
}

/** @throws BelfryError `usage` for what is no directory, or a working copy */
export async function findBelow(given: string, store: Store): Promise<Below> {
  const directory = await checkDirectory(given);
  return search(directory, (await store.roots.list()).includes(directory));
}

/** The same for each root, and for each repository outside them that has hooks; what is no longer there is left out. */
export async function findKnown(store: Store): Promise<Below[]> {
  const found: Below[] = [];
  for (const root of await outermostRoots(store)) found.push(await search(root, true));
  const seen = new Set(found.flatMap(({ repositories }) => repositories.map(({ directory }) => directory)));
  for (const { path } of await store.repositories.list()) {
    const place = await placeAt(path, store).catch(() => null);
    if (place === null || place.identity === null || seen.has(place.directory)) continue;
    const { directory, identity, linked } = place;
    // What is wrong with one repository is said when its turn comes, and stops no other.
    if ((await repositoryKind(directory)) !== 'bare' || !(await hasHooks(directory).catch(() => true)))
      continue;
    const repositories = [{ path, directory, identity, linked }];
    found.push({ directory: path, isRepository: true, repositories, unreadable: [], refused: [] });
  }
  return found;
}

/** A root that is no longer there, so that it can be forgotten; null for anything else. */
export async function findGoneRoot(given: string, store: Store): Promise<Below | null> {
  const directory = resolve(given);
  if (await stat(directory).then(Boolean, () => false)) return null;
  if (!(await store.roots.list()).includes(directory)) return null;
  return { directory, isRepository: false, repositories: [], unreadable: [], refused: [] };
}

async function search(directory: string, isRoot: boolean): Promise<Below> {
  const repositories: FoundRepository[] = [];
  const unreadable: Unreadable[] = [];
  const refused: RefusedLink[] = [];
  const options = {
    owner: ownUid(),
    isRoot,
    problem: (path: string, error: unknown) =>
      void unreadable.push({
        directory: path,
        reason: error instanceof Error ? error.message : String(error),
      }),
    refused: (link: RefusedLink) => void refused.push(link),
  };
  for await (const found of findRepositories(directory, options)) repositories.push(found);
  const isRepository = repositories[0]?.path === directory;
  return { directory, isRepository, repositories, unreadable, refused };
}

/** Absolute, as it was given. Needs no home. @throws BelfryError `usage` for what is no directory, or a working copy */
export async function checkDirectory(given: string): Promise<string> {
  const wanted = 'give a bare repository or a directory of bare repositories';
  const path = resolve(given);
  const found = await stat(path).catch(cause => {
    const problem = cause.code === 'ENOENT' ? 'does not exist' : `cannot be looked at (${cause.code})`;
    throw new BelfryError('usage', `${given} ${problem}: ${wanted}`, { cause });
  });
  if (!found.isDirectory()) throw new BelfryError('usage', `${given} is a file: ${wanted}`);
  const copy =
    (await repositoryKind(path)) === 'work' || (await repositoryKind(resolve(path, '.git'))) === 'work';
  if (copy) {
    throw new BelfryError('usage', `${given} is a working copy: ${wanted}`, {
      hint: 'Make a bare repository with `git init --bare` or `git clone --bare`.',
    });
  }
  return path;
}

/** A directory as it was given and with its links resolved: what is known may be known by either. */
export async function spellingsOf(directory: string): Promise<string[]> {
  return [...new Set([directory, await realpath(directory).catch(() => directory)])];
}
