/** Makes the home for its owner. Root makes only what the owner cannot make, and gives away what it has just made. */
import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import process from 'node:process';
import { BelfryError } from '../../errors.ts';
import type { Account } from '../../host/accounts.ts';
import { strangersOnTheWay, walkPath } from '../../host/home-owner.ts';
import { asOwner } from './as-owner.ts';

/** @param home whose path `checkHome` has found safe. Gives false when it was there. */
export async function makeHome(home: string, account: Account): Promise<boolean> {
  const { found } = await walkPath(home);
  if (found === null && process.geteuid!() === 0 && !(await isOf(account, home)))
    await makeDirectory(home, account);
  await asOwner(account, 'prepareHome', home);
  return found === null;
}

/** Whether the account can make it: what lies above belongs to it. */
async function isOf(account: Account, path: string): Promise<boolean> {
  const { way } = await walkPath(path);
  return way.at(-1)!.info.uid === account.uid;
}

/** Below directories that nobody but root may write into. */
async function makeDirectory(home: string, { uid, gid }: Account): Promise<void> {
  const parent = dirname(home);
  await mkdir(parent, { recursive: true });
  const stranger = await strangersOnTheWay((await walkPath(home)).way, 0);
  if (stranger !== null) throw new BelfryError('permission', `the home ${home} cannot be made: ${stranger}`);
  const above = await open(parent, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const path = `/proc/self/fd/${above.fd}/${basename(home)}`;
    await mkdir(path, { mode: 0o700 });
    const made = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    try {
      await made.chown(uid, gid);
      await made.chmod(0o700);
    } finally {
      await made.close();
    }
  } finally {
    await above.close();
  }
}
