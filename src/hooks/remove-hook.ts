/** Takes one hook out of a hooks directory, and puts the foreign one back where it was. */
import { lstat, lutimes, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, missing } from './file-problem.ts';
import { type HookName, isBelfryHook } from './hook-file.ts';
import { DISPATCHED_NAME, firstBytes } from './place-hook.ts';
import { giveAway, temporaryBeside } from './replace-file.ts';
import { readUndo, removeUndo, type UndoNote } from './undo-note.ts';

/** False when there was none. A hook that somebody put in belfry's place meanwhile stays. */
export async function removeHook(hooksDirectory: string, name: HookName): Promise<boolean> {
  const path = join(hooksDirectory, name);
  const directory = `${path}.d`;
  const dispatched = join(directory, DISPATCHED_NAME);
  let changed = false;
  if (await isOurs(dispatched)) {
    await rm(dispatched);
    changed = true;
  }
  const undo = await readUndo(hooksDirectory);
  const empty = (await lstat(path).catch(missing)) === null;
  const ours = await isOurs(path);
  if (ours || empty) changed = (await bringBack(hooksDirectory, name, undo)) || changed;
  if (await isOurs(path)) {
    await rm(path);
    changed = true;
  }
  return changed;
}

/** Directories that were made go when nothing else is in them by now; the note goes last, with nothing to undo left. */
export async function removeMade(hooksDirectory: string): Promise<void> {
  const { made } = await readUndo(hooksDirectory);
  await removeUndo(hooksDirectory);
  for (const directory of made.toSorted((a, b) => b.length - a.length)) {
    await rmdir(join(hooksDirectory, directory)).catch(error => {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error) ?? '')) throw error;
    });
  }
}

/** Whether one of belfry's is there, in whichever way. */
export async function hasHook(hooksDirectory: string, name: HookName): Promise<boolean> {
  const path = join(hooksDirectory, name);
  return (await isOurs(path)) || (await isOurs(join(`${path}.d`, DISPATCHED_NAME)));
}

/** False when no foreign hook was moved. */
async function bringBack(hooksDirectory: string, name: HookName, undo: UndoNote): Promise<boolean> {
  const path = join(hooksDirectory, name);
  const place = join(`${path}.d`, name);
  const found = await lstat(place).catch(missing);
  if (found === null || !Object.hasOwn(undo.chained, name)) return false;
  const link = undo.chained[name]?.link;
  if (link === undefined || !found.isSymbolicLink()) {
    await rename(place, path);
    return true;
  }
  const temporary = temporaryBeside(path);
  await symlink(link.target, temporary);
  await giveAway(temporary, found);
  await lutimes(temporary, link.mtime, link.mtime);
  await rename(temporary, path);
  await rm(place);
  return true;
}

async function isOurs(path: string): Promise<boolean> {
  const found = await lstat(path).catch(missing);
  return found?.isFile() === true && isBelfryHook(await firstBytes(path, 512));
}
