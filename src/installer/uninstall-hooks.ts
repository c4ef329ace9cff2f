/**
 * Gives a repository back: no hook and no setting of belfry's is left, and a foreign hook is in its old place with its
 * content, mode and owner. The configuration first, so that an interrupted run can be run again.
 */
import { fileProblem } from '../files/file-error.ts';
import { openDirectory } from '../files/safe-directory.ts';
import { changeConfigFile } from './config-file.ts';
import { MOVED_FILE, movedHooks } from './foreign-hook.ts';
import { HOOK_NAMES } from './hook-file.ts';
import { type HooksDirectory, openForOthers, openHooks, openOwnHooks } from './hooks-directory.ts';
import { readBlocks } from './own-settings.ts';
import { hasHook, removeHook, removeTraces } from './place-hook.ts';
import { type CommonConfig, readRepositoryConfig } from './repository-config.ts';

export interface Uninstalled {
  changed: boolean;
  note?: string;
}

/**
 * @param path absolute path of a bare repository, as `realpath` gives it
 * @throws BelfryError `permission`, `conflict`, `git` or `environment`, with the path that was in the way
 */
export async function uninstallHooks(path: string, common: CommonConfig = null): Promise<Uninstalled> {
  try {
    await using repository = await openDirectory(path, { links: 'refuse' });
    const config = await readRepositoryConfig(repository, common);
    await using hooks = await openHooks(repository, config);
    // core.hooksPath may have been set since the hooks were installed.
    await using own = config.hooksPath === null ? null : await openOwnHooks(repository);
    const places = own === null ? [hooks] : [hooks, own];
    for (const place of places) await checkRemovable(place);
    let changed = await changeConfigFile(repository, text => readBlocks(text).rest);
    for (const place of places) changed = (await place.inTurn(() => takeHooksOut(place))) || changed;
    if (hooks.gitolite) {
      const { removeOwnHooks, unlinkHooks } = await import('./gitolite.ts');
      changed = (await unlinkHooks(repository, hooks.directory!)) || changed;
      changed = (await removeOwnHooks(repository)) || changed;
    }
    if (!hooks.shared || !changed) return { changed };
    return { changed, note: `removed the hook in ${hooks.path} for every repository that uses it` };
  } catch (error) {
    throw fileProblem(error, `remove the hooks from ${path}`);
  }
}

/** Whether a repository announces its pushes. @throws BelfryError as `uninstallHooks` */
export async function hasHooks(path: string, common: CommonConfig = null): Promise<boolean> {
  try {
    await using repository = await openDirectory(path, { links: 'refuse' });
    const config = await readRepositoryConfig(repository, common);
    await using place = await openHooks(repository, config);
    await using others = await openForOthers(repository, config);
    // Of gitolite's hooks a repository has those that it has links to.
    if (place.gitolite) {
      const { missingLink } = await import('./gitolite.ts');
      if ((await missingLink(repository, place.path, ['post-receive'])) !== null) return false;
    }
    return (await hasAny(place)) && (others === null || (await hasAny(others)));
  } catch (error) {
    throw fileProblem(error, `read the hooks of ${path}`);
  }
}

/** False when there were none. */
export async function takeHooksOut(place: HooksDirectory): Promise<boolean> {
  const { directory, refused } = place;
  if (directory === null || refused !== null) return false;
  let changed = false;
  if (place.gitolite) {
    const { releaseLocalHooks } = await import('./gitolite-local.ts');
    await releaseLocalHooks(directory);
  }
  for (const name of HOOK_NAMES) changed = (await removeHook(directory, name)) || changed;
  if (changed || (await directory.lstat(MOVED_FILE)) !== null) await removeTraces(directory);
  return changed;
}

/** Before anything is changed. @throws the reason why nothing may be written there, or what is wrong with the note */
async function checkRemovable(place: HooksDirectory): Promise<void> {
  if (place.directory === null) return;
  if (place.refused === null) await movedHooks(place.directory);
  else if (await hasAny(place)) throw place.refused;
}

async function hasAny({ directory }: HooksDirectory): Promise<boolean> {
  if (directory === null) return false;
  for (const name of HOOK_NAMES) if (await hasHook(directory, name)) return true;
  return false;
}
