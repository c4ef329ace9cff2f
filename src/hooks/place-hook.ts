/**
 * Puts one hook into a hooks directory, in one of three ways: as the hook itself; as the hook itself with the foreign one
 * moved to `<name>.d/<name>`, which belfry's hook runs first; or as one more file for a foreign dispatcher. At no moment
 * is there no hook, and a run that was interrupted can be run again.
 */
import { link, lstat, open, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { BelfryError } from '../errors.ts';
import { codeOf, missing } from './file-problem.ts';
import { type HookName, isBelfryHook } from './hook-file.ts';
import { looksLikeDispatcher } from './looks-like-dispatcher.ts';
import { giveAway, makeDirectory, replaceFile, temporaryBeside } from './replace-file.ts';
import { readUndo, type UndoNote, writeUndo } from './undo-note.ts';

/** `left`: a foreign hook that cannot share its work with another one stays alone. */
export type Placement = 'own' | 'chained' | 'dispatcher' | 'left';

export interface Placed {
  changed: boolean;
  how: Placement;
}

/** The name of belfry's file in a dispatcher's directory. */
export const DISPATCHED_NAME = 'belfry';

/** @param text what the hook says, see `renderHook` */
export async function placeHook(hooksDirectory: string, name: HookName, text: string): Promise<Placed> {
  const path = join(hooksDirectory, name);
  const directory = `${path}.d`;
  const chained = join(directory, name);
  const found = await lstat(path).catch(missing);
  if (found !== null && !found.isFile() && !found.isSymbolicLink()) {
    throw new BelfryError('conflict', `${path}: wanted a hook or nothing, got something that is not a file`);
  }
  const undo = await readUndo(hooksDirectory);
  const known = Object.hasOwn(undo.chained, name);
  const old = found === null ? null : await firstBytes(path);
  const foreign = old !== null && !isBelfryHook(old);

  // It answers for what it is given; two cannot.
  if (foreign && name === 'proc-receive') return { changed: false, how: 'left' };
  if (foreign && looksLikeDispatcher(name, old)) {
    const made = (await lstat(directory).catch(missing)) === null;
    if (made) await writeUndo(hooksDirectory, withMade(undo, `${name}.d`));
    if (made) await makeDirectory(directory);
    return { changed: await putFile(join(directory, DISPATCHED_NAME), text), how: 'dispatcher' };
  }
  const second = await lstat(chained).catch(missing);
  if (second !== null && !known && (foreign || found === null)) {
    throw new BelfryError('conflict', `${chained} is there already, and belfry did not put it there`, {
      hint: 'belfry runs a foreign hook from this place: move the file away, or into the dispatcher that it belongs to',
    });
  }
  if (foreign) await chain(hooksDirectory, name, undo);
  return { changed: await putFile(path, text), how: foreign || second !== null ? 'chained' : 'own' };
}

/** Moves the foreign hook, but leaves it under its old name too: the new hook is renamed over that. */
async function chain(hooksDirectory: string, name: HookName, undo: UndoNote): Promise<void> {
  const path = join(hooksDirectory, name);
  const directory = `${path}.d`;
  const found = await lstat(path);
  const target = found.isSymbolicLink() ? await readlink(path) : null;
  const relative = target !== null && !isAbsolute(target);
  const made = (await lstat(directory).catch(missing)) === null;
  const { mtimeNs } = await lstat(path, { bigint: true });
  const entry = relative ? { link: { target, mtime: middleOfMicrosecond(mtimeNs) } } : {};
  const note = { ...undo, chained: { ...undo.chained, [name]: entry } };
  await writeUndo(hooksDirectory, made ? withMade(note, `${name}.d`) : note);
  if (made) await makeDirectory(directory);

  const place = join(directory, name);
  const temporary = temporaryBeside(place);
  try {
    if (relative) {
      await symlink(await seenFrom(directory, target), temporary);
      await giveAway(temporary, found);
    } else if (!(await linked(path, temporary))) {
      await rename(path, temporary);
    }
    await rename(temporary, place);
  } finally {
    // Renaming one name of a file over another one of the same file leaves both.
    await rm(temporary, { force: true });
  }
}

/** False where links are not allowed: on some file systems, and for files of somebody else. */
async function linked(path: string, to: string): Promise<boolean> {
  try {
    await link(path, to);
    return true;
  } catch (error) {
    if (['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error) ?? ''))
      return false;
    throw error;
  }
}

/** A relative link's target, one directory further down. */
async function seenFrom(directory: string, target: string): Promise<string> {
  const plain = (await lstat(directory)).isDirectory();
  return plain ? `../${target}` : resolve(dirname(directory), target);
}

/** False when the file says this already and can be run. A symbolic link is replaced, never written through. */
async function putFile(path: string, text: string): Promise<boolean> {
  const found = await lstat(path).catch(missing);
  if (found?.isFile() && (found.mode & 0o111) === 0o111 && (await readFile(path, 'utf8')) === text)
    return false;
  await replaceFile(path, text, 0o755);
  return true;
}

/** Enough to know a hook by; a program of many megabytes is none of ours. Nothing for a link that leads nowhere. */
export async function firstBytes(path: string, count = 65_536): Promise<string> {
  const file = await open(path).catch(missing);
  if (file === null) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead).toString('latin1');
  } finally {
    await file.close();
  }
}

function withMade(note: UndoNote, directory: string): UndoNote {
  return note.made.includes(directory) ? note : { ...note, made: [...note.made, directory] };
}

/**
 * Seconds as `lutimes` takes them. A double is a quarter of a microsecond coarse there and is cut, not rounded: from
 * the middle of a microsecond it stays within it.
 */
function middleOfMicrosecond(nanoseconds: bigint): number {
  return (Number(nanoseconds / 1_000n) + 0.5) / 1e6;
}
