/** The program that Git starts as a repository's post-receive, where that is not belfry's: it starts belfry's hook. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openDirectory } from '../files/safe-directory.ts';
import { firstBytes, isBelfryHook } from './found-hook.ts';
import { openHooks } from './hooks-directory.ts';
import { readRepositoryConfig } from './repository-config.ts';

export interface Dispatcher {
  path: string;
  /** Milliseconds since 1970, by the kernel's word. */
  changedAt: number;
}

/**
 * Null when Git starts belfry's hook itself, or nobody can tell.
 * @param repository its absolute path, as `realpath` gives it
 */
export async function findDispatcher(repository: string): Promise<Dispatcher | null> {
  try {
    await using opened = await openDirectory(repository, { links: 'refuse' });
    await using place = await openHooks(opened, await readRepositoryConfig(opened));
    if (place.directory === null) return null;
    const text = await firstBytes(place.directory, 'post-receive', 512);
    if (text === '' || isBelfryHook(text)) return null;
    const path = join(place.path, 'post-receive');
    return { path, changedAt: (await stat(path)).ctimeMs };
  } catch {
    return null;
  }
}
