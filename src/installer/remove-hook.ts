/** Takes one hook out of a hooks directory, and puts the foreign one back where it was. */

import { codeOf } from '../files/file-error.ts';
import type { SafeDirectory } from '../files/safe-directory.ts';
import { DISPATCHED_NAME, isOurs } from './found-hook.ts';
import type { HookName } from './hook-file.ts';
import { type HooksDirectory, openPlace } from './hooks-directory.ts';
import { moveLink } from './move-hook.ts';
import { readUndo, removeUndo } from './undo-note.ts';

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
    changed = (await bringBack(hooks, name, directory)) || changed;
  if (await isOurs(hooks, name)) {
    await hooks.unlink(name);
    changed = true;
  }
  return changed;
}

/** Directories that were made go when nothing else is in them by now; the note goes last, with nothing to undo left. */
export async function removeMade(place: HooksDirectory, hooks: SafeDirectory): Promise<void> {
  const { made } = await readUndo(hooks);
  await removeUndo(hooks);
  for (const name of made) {
    if (name === '.') continue;
    await hooks.rmdir(name).catch(error => {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(codeOf(error) ?? '')) throw error;
    });
  }
  if (made.includes('.')) await place.remove();
}

/** Whether one of belfry's is there, in whichever way. */
export async function hasHook(hooks: SafeDirectory, name: HookName): Promise<boolean> {
  if (await isOurs(hooks, name)) return true;
  const place = await openPlace(hooks, `${name}.d`).catch(() => null);
  await using directory = place?.directory ?? null;
  return directory !== null && (await isOurs(directory, DISPATCHED_NAME));
}

/** False when no foreign hook was moved. */
async function bringBack(hooks: SafeDirectory, name: HookName, directory: SafeDirectory): Promise<boolean> {
  const found = await directory.lstat(name);
  const moved = (await readUndo(hooks)).chained[name];
  if (found === null || moved === undefined) return false;
  if (moved.link === undefined || !found.isSymbolicLink()) {
    await directory.rename(name, name, hooks);
    return true;
  }
  await moveLink(directory, name, hooks, target => target.replace(/^\.\.\//, ''));
  await directory.unlink(name);
  return true;
}
