/** The hook reads no database: it finds the setting `push.wait` in a file of the home. */
import { readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { replaceFile } from '../files/replace-file.ts';
import { openDirectory } from '../files/safe-directory.ts';

/**
 * Brings the file to what is set. Whoever changes the setting calls it afterwards, and so does a worker when it starts: a
 * process may have been killed between the two.
 * @param setting reads it, in seconds. It is read again after the file was written, so that of several processes at once
 *   the last one leaves what is set, whatever the others had read.
 */
export async function keepPushWait(home: string, setting: () => Promise<number>): Promise<void> {
  const file = join(home, 'push.wait');
  for (let seconds = await setting(); ; ) {
    await write(file, seconds);
    const now = await setting();
    if (now === seconds) return;
    seconds = now;
  }
}

async function write(file: string, seconds: number): Promise<void> {
  if (seconds === 0) return rm(file, { force: true });
  const text = `${Math.ceil(seconds)}\n`;
  if ((await readFile(file, 'utf8').catch(() => null)) === text) return;
  await using directory = await openDirectory(dirname(file), { links: 'follow' });
  // The hooks of other members of the group read it too.
  await replaceFile(directory, basename(file), text, 0o644);
}
