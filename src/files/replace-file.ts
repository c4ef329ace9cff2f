/**
 * Writes a file under a temporary name in its directory, flushes it and renames it: whoever reads it, a push above all,
 * finds the old one or the new one. Run by root, a new file belongs to the owner of its directory: root must leave
 * nothing behind that they cannot change.
 */
import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { codeOf } from './file-error.ts';
import type { SafeDirectory } from './safe-directory.ts';

/** @param mode exactly this, whatever the umask is @returns when it will last through a power failure */
export async function replaceFile(
  directory: SafeDirectory,
  name: string,
  content: string | Buffer,
  mode: number,
): Promise<void> {
  const temporary = temporaryName();
  const file = await directory.create(temporary, 0o600);
  try {
    try {
      await file.writeFile(content);
      await giveToOwner(file, directory);
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await directory.rename(temporary, name);
  } catch (error) {
    await directory.unlink(temporary);
    throw error;
  }
}

/** A free name. Dispatchers and Git's templates pass over names that begin with a dot. */
export function temporaryName(): string {
  return `.belfry-${randomUUID()}`;
}

/** A file that was just made, to whom its directory belongs. Root can; for anybody else it stays their own. */
export async function giveToOwner(file: FileHandle, directory: SafeDirectory): Promise<void> {
  const [now, { uid, gid }] = [await file.stat(), await directory.stat()];
  if (now.uid === uid && now.gid === gid) return;
  await file.chown(uid, gid).catch(error => {
    if (codeOf(error) !== 'EPERM') throw error;
  });
}
