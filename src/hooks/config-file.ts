/** Changes a Git configuration as Git does: under the lock that Git takes, and with the mode and the owner it had. */
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { BelfryError } from '../errors.ts';
import { codeOf, missing } from './file-problem.ts';
import { giveAway } from './replace-file.ts';

/** Git holds the lock for milliseconds. */
const TRIES = 20;
const PAUSE_MS = 50;

/**
 * @param change gets and gives the file's text, one character per byte; the same text: nothing is written
 * @returns false when nothing was written
 */
export async function changeConfigFile(path: string, change: (text: string) => string): Promise<boolean> {
  if (change(await read(path)) === (await read(path))) return false;
  const target = await realpath(path).catch(missing);
  const lock = `${target ?? path}.lock`;
  const file = await take(lock);
  try {
    const old = await read(path);
    const found = target === null ? null : await stat(target);
    await file.writeFile(Buffer.from(change(old), 'latin1'));
    if (found !== null) await giveAway(lock, found);
    await file.chmod(found === null ? 0o644 : found.mode & 0o7777);
    await file.sync();
    await rename(lock, target ?? path);
  } catch (error) {
    await rm(lock, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return true;
}

async function read(path: string): Promise<string> {
  return (await readFile(path, 'latin1').catch(missing)) ?? '';
}

async function take(lock: string) {
  for (let tries = TRIES; ; tries--) {
    try {
      return await open(lock, 'wx', 0o644);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      if (tries <= 1) {
        throw new BelfryError('conflict', `${lock} is there: somebody else is changing the configuration`, {
          hint: 'when no git is running, it was left behind by one that was killed: remove it',
          cause: error,
        });
      }
      await sleep(PAUSE_MS);
    }
  }
}
