/**
 * Changes a Git configuration under the lock that Git takes, but in the file itself, where Git makes a new one: that
 * would be a file of ours with a text that somebody else may have chosen, in a directory where he may take it away and
 * show it elsewhere as our word. So the file stays whose it is, and with its mode.
 */
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BelfryError } from '../errors.ts';
import { codeOf, RefusedFile } from '../files/file-error.ts';
import { giveToOwner } from '../files/replace-file.ts';
import { readAtMost, type SafeDirectory } from '../files/safe-directory.ts';

/** Git holds the lock for milliseconds. */
const TRIES = 20;
const PAUSE_MS = 50;

export const CONFIG = 'config';
const LOCK = 'config.lock';

/** More is no configuration. */
export const CONFIG_BYTES = 4 * 2 ** 20;

/**
 * @param change gets and gives the file's text, one character per byte; the same text: nothing is written
 * @returns false when nothing was written
 * @throws RefusedFile when the file is a link, or has another name too; BelfryError `conflict` while it is locked
 */
export async function changeConfigFile(
  directory: SafeDirectory,
  change: (text: string) => string,
): Promise<boolean> {
  // Nothing is locked where there is nothing to change. What a link leads to is looked at, and never written.
  const now = (await directory.readFile(CONFIG, { most: CONFIG_BYTES, links: 'follow' })) ?? Buffer.alloc(0);
  if (change(now.toString('latin1')) === now.toString('latin1')) return false;
  const lock = await take(directory);
  try {
    await using file = await directory.openFile(CONFIG, { write: true, oneName: true });
    if (file === null) await write(directory, change(''));
    else await rewrite(file, change);
  } catch (error) {
    if (!(error instanceof RefusedFile)) throw error;
    const lines = change('').trim();
    const todo =
      lines === '' ? 'remove the lines from `# belfry begin` on' : `add these lines to it:\n${lines}`;
    throw new BelfryError('conflict', error.message, { hint: `Do it by hand: ${todo}`, cause: error });
  } finally {
    const { dev, ino } = await lock.stat();
    await lock.close();
    const there = await directory.lstat(LOCK);
    if (there?.dev === dev && there.ino === ino) await directory.unlink(LOCK);
  }
  return true;
}

async function write(directory: SafeDirectory, text: string): Promise<void> {
  await using file = await directory.create(CONFIG, 0o644);
  await file.writeFile(Buffer.from(text, 'latin1'));
  await giveToOwner(file, directory);
  await file.sync();
}

/** Git may read meanwhile: a shorter text has empty lines at its end, and no half of an old line, before it is cut. */
async function rewrite(file: FileHandle, change: (text: string) => string): Promise<void> {
  const old = await readAtMost(file, CONFIG_BYTES);
  const changed = Buffer.from(change(old.toString('latin1')), 'latin1');
  const whole = Buffer.alloc(Math.max(old.length, changed.length), '\n');
  changed.copy(whole);
  for (let done = 0; done < whole.length; )
    done += (await file.write(whole, done, whole.length - done, done)).bytesWritten;
  await file.truncate(changed.length);
  await file.sync();
}

/** Nothing is ever in it. */
async function take(directory: SafeDirectory): Promise<FileHandle> {
  for (let tries = TRIES; ; tries--) {
    try {
      return await directory.create(LOCK, 0o644);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      if (tries <= 1) {
        const path = join(directory.path, LOCK);
        throw new BelfryError('conflict', `${path} exists: another process is changing the configuration`, {
          hint: 'If no git is running, one that was killed has left it: remove it.',
          cause: error,
        });
      }
      await sleep(PAUSE_MS);
    }
  }
}
