/**
 * Moves a foreign hook between its place and `<name>.d`. A relative link must say something else from there; and the new
 * one must belong to who made the old one. Otherwise a member could have belfry make a link for him with a text of his
 * choice, that is trusted since the home's owner has made it.
 */
import { join } from 'node:path';
import { BelfryError } from '../errors.ts';
import { codeOf } from '../files/file-error.ts';
import { temporaryName } from '../files/replace-file.ts';
import type { SafeDirectory } from '../files/safe-directory.ts';

/** Gives the hook its new name too; the old one stays until another file is renamed over it, where links are allowed. */
export async function moveHook(from: SafeDirectory, name: string, to: SafeDirectory): Promise<void> {
  const temporary = temporaryName();
  try {
    if (!(await linked(from, name, temporary, to))) await from.rename(name, temporary, to);
    await to.rename(temporary, name);
  } finally {
    // Renaming one name of a file over another one of the same file leaves both.
    await to.unlink(temporary);
  }
}

/**
 * The same for a relative link. @param change what it says from there
 * @throws BelfryError `conflict` when the link belongs to somebody else, and only root could give him the new one
 */
export async function moveLink(
  from: SafeDirectory,
  name: string,
  to: SafeDirectory,
  change: (target: string) => string,
): Promise<void> {
  const staging = temporaryName();
  // Nobody else can go into this one, so what is in it stays what it is.
  await using stage = (await to.makeDirectory(staging, { mode: 0o700 }))!;
  try {
    if (!(await linked(from, name, 'old', stage))) throw notOurs(from, name);
    await using old = (await stage.entry('old'))!;
    await stage.symlink(change(await stage.readlink('old')), 'new');
    await using made = (await stage.entry('new'))!;
    await made.giveTo(old.info);
    if ((await stage.lstat('new'))?.uid !== old.info.uid) throw notOurs(from, name);
    await stage.rename('new', name, to);
  } finally {
    for (const left of ['old', 'new']) await stage.unlink(left);
    await to.rmdir(staging);
  }
}

function notOurs(directory: SafeDirectory, name: string): BelfryError {
  const path = join(directory.path, name);
  return new BelfryError('conflict', `${path} is a relative link that another account has made`, {
    hint: 'moved, it must say something else, and only its owner or root may do that: make its target absolute',
  });
}

/** False where links are not allowed: on some file systems, and for files of somebody else. */
async function linked(
  from: SafeDirectory,
  name: string,
  to: string,
  directory: SafeDirectory,
): Promise<boolean> {
  try {
    await from.link(name, to, directory);
    return true;
  } catch (error) {
    if (['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error) ?? ''))
      return false;
    throw error;
  }
}
