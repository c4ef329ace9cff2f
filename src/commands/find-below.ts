/** The directories that a command was given, checked, and the repositories at or below them. */
import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BelfryError } from '../errors.ts';
import { findRepositories, repositoryKind } from '../hooks/find-repositories.ts';
import { hasHooks } from '../hooks/uninstall-hooks.ts';
import type { Store } from '../store/store.ts';

export interface Below {
  /** Absolute, symbolic links resolved. */
  directory: string;
  /** The directory is a repository itself. */
  isRepository: boolean;
  repositories: string[];
  unreadable: Unreadable[];
}

export interface Unreadable {
  directory: string;
  reason: string;
}

/** @throws BelfryError `usage` for what is no directory, or a working copy */
export async function findBelow(given: string): Promise<Below> {
  return search(await checked(given));
}

/** The same for each root, and for each repository outside them that has hooks; what is no longer there is left out. */
export async function findKnown(store: Store): Promise<Below[]> {
  const found: Below[] = [];
  for (const root of await store.roots.list()) {
    const there = await stat(root).then(Boolean, () => false);
    if (there) found.push(await search(root));
  }
  const seen = new Set(found.flatMap(({ repositories }) => repositories));
  for (const { directory } of await store.repositories.list()) {
    if (seen.has(directory) || (await repositoryKind(directory)) !== 'bare') continue;
    const path = await realpath(directory);
    // What is wrong with one repository is said when its turn comes, and stops no other.
    if (!(await hasHooks(path).catch(() => true))) continue;
    found.push({ directory, isRepository: true, repositories: [path], unreadable: [] });
  }
  return found;
}

/** A root that is no longer there, so that it can be forgotten; null for anything else. */
export async function findGoneRoot(given: string, store: Store): Promise<Below | null> {
  const directory = resolve(given);
  if (await stat(directory).then(Boolean, () => false)) return null;
  if (!(await store.roots.list()).includes(directory)) return null;
  return { directory, isRepository: false, repositories: [], unreadable: [] };
}

async function search(directory: string): Promise<Below> {
  const repositories: string[] = [];
  const unreadable: Unreadable[] = [];
  const problem = (path: string, error: unknown) =>
    void unreadable.push({ directory: path, reason: error instanceof Error ? error.message : String(error) });
  for await (const found of findRepositories(directory, { problem })) repositories.push(found);
  return { directory, isRepository: repositories[0] === directory, repositories, unreadable };
}

async function checked(given: string): Promise<string> {
  const wanted = 'wanted a bare repository, or a directory with bare repositories below it';
  const path = resolve(given);
  const found = await stat(path).catch(cause => {
    const reason = cause.code === 'ENOENT' ? 'nothing of that name' : cause.message;
    throw new BelfryError('usage', `${given}: ${wanted}, got ${reason}`, { cause });
  });
  if (!found.isDirectory()) throw new BelfryError('usage', `${given}: ${wanted}, got a file`);
  const copy =
    (await repositoryKind(path)) === 'work' || (await repositoryKind(resolve(path, '.git'))) === 'work';
  if (copy) {
    throw new BelfryError('usage', `${given}: ${wanted}, got a working copy`, {
      hint: 'a bare repository is made with `git init --bare` or `git clone --bare`',
    });
  }
  return realpath(path);
}
