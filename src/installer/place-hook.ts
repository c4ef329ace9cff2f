/**
 * Puts one hook into a hooks directory, in one of three ways: as the hook itself; as the hook itself with the foreign one
 * moved to `<name>.d/<name>`, which belfry's hook runs first; or as one more file for a foreign dispatcher. And takes it out
 * again. At no moment is there no hook, and a run that was interrupted can be run again.
 */
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { BelfryError } from '../errors.ts';
import { codeOf } from '../files/file-error.ts';
import { ownUid } from '../files/may.ts';
import { replaceFile } from '../files/replace-file.ts';
import type { SafeDirectory } from '../files/safe-directory.ts';
import { MOVED_FILE, moveAway, moveBack, movedHooks } from './foreign-hook.ts';
import { DISPATCHED_NAME, firstBytes, isBelfryHook, isOurs, looksLikeDispatcher } from './found-hook.ts';
import { HOOK_NAMES, type HookName } from './hook-file.ts';
import { makeLikeParent, openPlace } from './hooks-directory.ts';

/** `left`: a foreign hook that cannot share its work with another one stays alone. */
export type Placement = 'own' | 'chained' | 'dispatcher' | 'left';

export interface Placed {
  changed: boolean;
  how: Placement;
}

/** @param text what the hook says, see `renderHook` */
export async function placeHook(hooks: SafeDirectory, name: HookName, text: string): Promise<Placed> {
  const path = join(hooks.path, name);
  const found = await hooks.lstat(name);
  if (found !== null && !found.isFile() && !found.isSymbolicLink()) {
    throw new BelfryError('conflict', `${path}: wanted a hook or nothing, got something that is not a file`);
  }
  const moved = await movedHooks(hooks);
  const old = found === null ? null : await firstBytes(hooks, name);
  const foreign = old !== null && !isBelfryHook(old);

  // It answers for what it is given; two cannot.
  if (foreign && name === 'proc-receive') return { changed: false, how: 'left' };
  const place = await openPlace(hooks, `${name}.d`);
  await using directory = place.directory;
  if (foreign && looksLikeDispatcher(name, old)) {
    if (place.refused !== null) throw place.refused;
    return { changed: await dispatch(hooks, name, directory, text), how: 'dispatcher' };
  }
  const second = (await directory?.lstat(name)) ?? null;
  if (second !== null && !moved.has(name) && (foreign || found === null)) {
    throw new BelfryError('conflict', `${path}.d/${name} already exists, and is not belfry's`, {
      hint: 'belfry would run a foreign hook from this place: move the file away, or into the dispatcher that it belongs to.',
    });
  }
  if (foreign) {
    // Seen from there, what a relative link says would mean something else.
    if (place.linked)
      throw new BelfryError('conflict', `${path}.d: wanted a directory for ${name}, got a symbolic link`);
    await chain(hooks, name, directory);
  }
  return { changed: await putFile(hooks, name, text), how: foreign || second !== null ? 'chained' : 'own' };
}

async function dispatch(
  hooks: SafeDirectory,
  name: HookName,
  there: SafeDirectory | null,
  text: string,
): Promise<boolean> {
  await using made = there === null ? await openOrMake(hooks, `${name}.d`) : null;
  return await putFile(made ?? there!, DISPATCHED_NAME, text);
}

/** Has belfry's hook, which is put in its place next, run the foreign one. @param there its `<name>.d`; null: none yet */
export async function chain(
  hooks: SafeDirectory,
  name: HookName,
  there: SafeDirectory | null,
): Promise<void> {
  await using made = there === null ? await openOrMake(hooks, `${name}.d`) : null;
  await moveAway(hooks, name, made ?? there!);
}

/** Has belfry's hook run a foreign one that stays where it is. False when it does already. @param target its path */
export async function linkInto(hooks: SafeDirectory, name: HookName, target: string): Promise<boolean> {
  await using directory = await openOrMake(hooks, `${name}.d`);
  if ((await directory.lstat(name)) !== null) return false;
  await directory.symlink(target, name);
  return true;
}

async function openOrMake(hooks: SafeDirectory, name: string): Promise<SafeDirectory> {
  return (await makeLikeParent(hooks, name)) ?? hooks.directory(name);
}

/** False when the file says this already and can be run. A symbolic link is replaced, never written through. */
async function putFile(directory: SafeDirectory, name: string, text: string): Promise<boolean> {
  const found = await directory.lstat(name);
  const good =
    found?.isFile() && hasGoodMode(found, await directory.stat()) && !(await isMisowned(found, directory));
  if (good && Buffer.from(text).equals(Buffer.from(await firstBytes(directory, name), 'latin1')))
    return false;
  await replaceFile(directory, name, text, HOOK_MODE);
  return true;
}

const HOOK_MODE = 0o755;

/** Everybody who pushes can run it, and nobody else change it. @param directory who cannot look into it runs nothing there */
export function hasGoodMode({ mode }: Stats, directory: Stats): boolean {
  const wanted = (directory.mode & 0o111) | 0o100;
  return (mode & wanted) === wanted && (mode & 0o022) === 0;
}

/** Whether root would give it to somebody else. */
async function isMisowned({ uid }: Stats, directory: SafeDirectory): Promise<boolean> {
  return ownUid() === 0 && uid !== 0 && uid !== (await directory.stat()).uid;
}

/** False when there was none. A hook that somebody put in belfry's place meanwhile stays. */
export async function removeHook(hooks: SafeDirectory, name: HookName): Promise<boolean> {
  const place = await openPlace(hooks, `${name}.d`).catch(() => null);
  await using directory = place?.directory ?? null;
  let changed = false;
  if (directory !== null && (await isOurs(directory, DISPATCHED_NAME))) {
    if (place?.refused) throw place.refused;
    await directory.unlink(DISPATCHED_NAME);
    changed = true;
  }
  const ours = await isOurs(hooks, name);
  const empty = (await hooks.lstat(name)) === null;
  if (directory !== null && !place?.linked && (ours || empty))
    changed = (await moveBack(hooks, name, directory)) || changed;
  if (await isOurs(hooks, name)) {
    await hooks.unlink(name);
    changed = true;
  }
  return changed;
}

/** When nothing is left to be undone: the note, and directories for hooks beside belfry's with nothing in them. */
export async function removeTraces(hooks: SafeDirectory): Promise<void> {
  await hooks.unlink(MOVED_FILE);
  for (const name of HOOK_NAMES)
    await hooks.rmdir(`${name}.d`).catch(error => {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(codeOf(error) ?? '')) throw error;
    });
}

/** Whether one of belfry's is there, in whichever way. */
export async function hasHook(hooks: SafeDirectory, name: HookName): Promise<boolean> {
  if (await isOurs(hooks, name)) return true;
  const place = await openPlace(hooks, `${name}.d`).catch(() => null);
  await using directory = place?.directory ?? null;
  return directory !== null && (await isOurs(directory, DISPATCHED_NAME));
}
