/**
 * Gives a repository back as it was before `installHooks`: the foreign hook in its old place, and no byte of belfry in
 * its hooks directory or its configuration. The configuration first, so that an interrupted run can be run again.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeBlocks } from './config-block.ts';
import { changeConfigFile } from './config-file.ts';
import { fileProblem, missing } from './file-problem.ts';
import { HOOK_NAMES } from './hook-file.ts';
import { hasHook, removeHook, removeMade } from './remove-hook.ts';
import { type CommonConfig, readRepositoryConfig } from './repository-config.ts';

export interface Uninstalled {
  changed: boolean;
  note?: string;
}

/**
 * @param repository absolute path of a bare repository
 * @throws BelfryError `permission`, `conflict`, `git` or `environment`, with the path that was in the way
 */
export async function uninstallHooks(repository: string, common: CommonConfig = null): Promise<Uninstalled> {
  try {
    const configured = await changeConfigFile(join(repository, 'config'), removeBlocks);
    const { hooksDirectory, hooksPath } = await readRepositoryConfig(repository, common);
    // Both: core.hooksPath may have been set since the hooks were installed.
    const own = join(repository, 'hooks');
    let changed = configured;
    for (const directory of new Set([hooksDirectory, own])) {
      changed = (await takeHooksOut(directory)) || changed;
    }
    if (hooksPath === null || !changed) return { changed };
    return { changed, note: `the hook in ${hooksDirectory} is gone for every repository that looks there` };
  } catch (error) {
    throw fileProblem(error, `take the hooks out of ${repository}`);
  }
}

/** Whether a repository announces its pushes. @throws BelfryError as `uninstallHooks` */
export async function hasHooks(repository: string, common: CommonConfig = null): Promise<boolean> {
  const { hooksDirectory } = await readRepositoryConfig(repository, common);
  for (const name of HOOK_NAMES) if (await hasHook(hooksDirectory, name)) return true;
  return false;
}

/** False when there were none. */
export async function takeHooksOut(hooksDirectory: string): Promise<boolean> {
  if (!(await stat(hooksDirectory).catch(missing))?.isDirectory()) return false;
  let changed = false;
  for (const name of HOOK_NAMES) changed = (await removeHook(hooksDirectory, name)) || changed;
  await removeMade(hooksDirectory);
  return changed;
}
