/**
 * Writes a file under a temporary name beside its place, flushes it and renames it: whoever reads it, a push above all,
 * finds the old one or the new one. Run by root, a new file belongs to whom the old one belonged to, or its directory:
 * root must leave nothing behind that the repository's owner cannot change.
 */
import { randomUUID } from 'node:crypto';
import { chmod, lchown, lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf, missing } from './file-problem.ts';

/** @param mode exactly this, whatever the umask is */
export async function replaceFile(path: string, content: string | Buffer, mode: number): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content);
      await giveAway(temporary, (await lstat(path).catch(missing)) ?? (await stat(dirname(path))));
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A free name in the same directory. Dispatchers and Git's templates pass over names that begin with a dot. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.belfry-${randomUUID()}`);
}

/** False when it was there. A new one gets the mode and the owner of the directory that it is in. */
export async function makeDirectory(path: string): Promise<boolean> {
  const parent = await stat(dirname(path));
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  await giveAway(path, parent);
  await chmod(path, parent.mode & 0o7777);
  return true;
}

/** Root can; for anybody else the file stays their own. */
export async function giveAway(path: string, to: { uid: number; gid: number }): Promise<void> {
  const now = await lstat(path);
  if (now.uid === to.uid && now.gid === to.gid) return;
  await lchown(path, to.uid, to.gid).catch(error => {
    if (codeOf(error) !== 'EPERM') throw error;
  });
}
