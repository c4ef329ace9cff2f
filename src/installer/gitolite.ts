/**
 * gitolite keeps hooks in one directory, `<admin base>/hooks/common`, and links every file there into every repository: when
 * that is made, and all over again with each `gitolite setup`. A hook of that name which lies in the repository itself is
 * lost then. So belfry's hooks go into that directory, and the repositories have links, made as gitolite makes them.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BelfryError } from '../errors.ts';
import { missing } from '../files/file-error.ts';
import { temporaryName } from '../files/replace-file.ts';
import type { SafeDirectory } from '../files/safe-directory.ts';
import { MOVED_FILE } from './foreign-hook.ts';
import { isOurs } from './found-hook.ts';
import { linkIn, localHooks } from './gitolite-local.ts';
import { HOOK_NAMES, type HookName } from './hook-file.ts';
import { openOwnHooks } from './hooks-directory.ts';
import { chain, removeHook, removeTraces } from './place-hook.ts';

/**
 * Links a repository's hooks to those in gitolite's directory. A hook that somebody has put into the repository itself is
 * moved to `<name>.d/<name>`, where belfry's hook runs it.
 * @throws BelfryError `conflict` where that place is taken
 */
export async function linkHooks(
  repository: SafeDirectory,
  common: SafeDirectory,
  names: readonly HookName[],
): Promise<boolean> {
  let changed = false;
  await using hooks = await repository.directory('hooks');
  for (const name of [...names, ...(await besides(common))]) {
    const target = join(common.path, name);
    if ((await linkIn(hooks, name)) === target) continue;
    if (isHookName(name) && (await isForeign(hooks, name))) await keepForeign(hooks, name, common);
    else if ((await hooks.lstat(name))?.isDirectory())
      throw new BelfryError(
        'conflict',
        `${join(hooks.path, name)}: wanted a link, as gitolite does, got a directory`,
        {
          hint: '`gitolite setup` fails there, too: move it away.',
        },
      );
    const temporary = temporaryName();
    await hooks.symlink(target, temporary);
    await hooks.rename(temporary, name);
    changed = true;
  }
  return changed;
}

/** The first link that is not as gitolite would make it; null: all are. */
export async function missingLink(
  repository: SafeDirectory,
  common: string,
  names: readonly HookName[],
): Promise<HookName | null> {
  await using hooks = await repository.directory('hooks');
  for (const name of names) if ((await linkIn(hooks, name)) !== join(common, name)) return name;
  return null;
}

/** After belfry's hooks have gone: a link stays where it leads to a hook of somebody else's again. */
export async function unlinkHooks(repository: SafeDirectory, common: SafeDirectory): Promise<boolean> {
  let changed = false;
  await using hooks = await repository.directory('hooks');
  for (const name of [...HOOK_NAMES, ...HOOK_NAMES.map(one => `${one}.d`), MOVED_FILE]) {
    if ((await linkIn(hooks, name)) !== join(common.path, name)) continue;
    if ((await common.lstat(name)) !== null) continue;
    await hooks.unlink(name);
    changed = true;
    const local = isHookName(name) ? await localHooks(common) : null;
    if (local !== null && (await stat(join(local, name)).catch(missing)) !== null)
      await hooks.symlink(join(local, name), name);
  }
  return changed;
}

/** Hooks that belfry put into the repository itself, before it knew gitolite, or where one of that repository alone was kept. */
export async function removeOwnHooks(repository: SafeDirectory): Promise<boolean> {
  await using place = await openOwnHooks(repository);
  const hooks = place.directory;
  if (hooks === null || (await linkIn(hooks, MOVED_FILE)) !== null) return false;
  let changed = false;
  for (const name of HOOK_NAMES)
    if ((await linkIn(hooks, `${name}.d`)) === null && (await linkIn(hooks, name)) === null)
      changed = (await removeHook(hooks, name)) || changed;
  if (changed) await removeTraces(hooks);
  return changed;
}

/** What gitolite will link beside the hooks. */
async function besides(common: SafeDirectory): Promise<string[]> {
  const names: string[] = [];
  for (const name of [...HOOK_NAMES.map(one => `${one}.d`), MOVED_FILE])
    if ((await common.lstat(name)) !== null) names.push(name);
  return names;
}

async function isForeign(hooks: SafeDirectory, name: HookName): Promise<boolean> {
  if ((await hooks.lstat(name)) === null || (await isOurs(hooks, name))) return false;
  return !((await linkIn(hooks, name)) ?? '').endsWith(`/hooks/common/${name}`);
}

async function keepForeign(hooks: SafeDirectory, name: HookName, common: SafeDirectory): Promise<void> {
  const path = join(hooks.path, name);
  const taken = name === 'proc-receive' || (await common.lstat(`${name}.d`)) !== null;
  if (taken) {
    throw new BelfryError(
      'conflict',
      `${path} is a hook of this repository only, and gitolite has another one for all`,
      {
        hint: 'The next `gitolite setup` would remove it: move it away, or see "repo-specific hooks" in its documentation.',
      },
    );
  }
  await using directory =
    (await hooks.lstat(`${name}.d`)) === null ? null : await hooks.directory(`${name}.d`);
  if (directory !== null && (await directory.lstat(name)) !== null)
    throw new BelfryError('conflict', `${path}.d/${name} already exists, and is not belfry's`);
  await chain(hooks, name, directory);
}

function isHookName(name: string): name is HookName {
  return HOOK_NAMES.some(one => one === name);
}
