/** The home: whether it can be where it is wanted, and be the account's; making it, and giving one of root's away. */
import { constants, mkdir, open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import process from 'node:process';
import { BelfryError } from '../../errors.ts';
import { isDirectory, may } from '../../files/may.ts';
import { type Account, findAccount } from '../../host/accounts.ts';
import { giveTree } from '../../host/give-away.ts';
import { homeState } from '../../host/home.ts';
import { strangersOnTheWay, walkPath } from '../../host/home-owner.ts';
import { networkFileSystem } from '../../host/network-file-system.ts';
import { asOwner } from './as-owner.ts';
import type { SetupOptions } from './options.ts';
import { homeOfCommand } from './programs.ts';

/** Changes nothing. Gives the owner of the home; null when it is not there yet. @throws BelfryError */
export async function checkHome(options: SetupOptions, account: Account): Promise<number | null> {
  const { home, prefix, source } = options;
  if (`${home}/`.startsWith(`${prefix}/`) && source !== prefix)
    throw refuse(`The home ${home} is in the program directory ${prefix}, which is removed with the program`);
  const place = await nearest(home);
  const kind = await networkFileSystem(place, options.mounts);
  if (kind !== null) {
    throw new BelfryError(
      'environment',
      `The home ${home} is on a network file system (${kind}), where SQLite's write-ahead log cannot work: choose another with --home`,
    );
  }
  const found = await stat(home).catch(() => null);
  if (found !== null && !found.isDirectory())
    throw refuse(`The home ${home}: wanted a directory, got a file`);
  await requireFormer(options);
  await checkWay(home, account, found?.uid ?? account.uid);
  if (found === null) {
    if (await may(place, constants.W_OK | constants.X_OK)) return null;
    throw refuse(`The home ${home} cannot be created: no permission to write into ${place}`);
  }
  // A home of root's was made by a mistake, or before there was anybody to own it: it can be given away.
  if (found.uid === account.uid || (found.uid === 0 && process.geteuid!() === 0)) return found.uid;
  const owner = (await findAccount(found.uid))?.name ?? `user ${found.uid}`;
  throw refuse(`The home ${home} belongs to ${owner}, not to ${account.name}`);
}

/**
 * Whoever brings an installation up to date has its home: where that is not there, its disk may be away, and a new one would
 * say that all is well. Whoever names a DIR wants one.
 * @throws BelfryError `home`
 */
async function requireFormer(options: SetupOptions): Promise<void> {
  const { home, directories } = options;
  if (directories.length > 0 || (await homeOfCommand(options)) !== home) return;
  const state = await homeState(home);
  if (state === 'there' || state === 'no-database') return;
  const got = state === 'missing' ? 'it does not exist' : 'it has neither a database nor a spool';
  throw new BelfryError('home', `The home ${home} is gone: ${got}`, {
    hint: 'Is its disk mounted? ./install.sh DIR... creates a new one.',
  });
}

/** Root would act as whoever owns what lies there at that moment. */
async function checkWay(home: string, account: Account, owner: number): Promise<void> {
  if (process.geteuid!() !== 0) return;
  const stranger = await strangersOnTheWay((await walkPath(home)).way, owner);
  if (stranger === null) return;
  throw new BelfryError(
    'permission',
    `Root does not trust the home ${home} of ${account.name}: ${stranger}`,
    {
      hint: 'Whoever may write above a home can replace it: close that directory, or choose another home with --home.',
    },
  );
}

/** The nearest directory at or above a path that exists. */
async function nearest(path: string): Promise<string> {
  return path === '/' || (await isDirectory(path)) ? path : nearest(dirname(path));
}

function refuse(message: string): BelfryError {
  return new BelfryError('permission', message);
}

/**
 * Root makes only what the owner cannot make, and gives away what it has just made.
 * @param home whose path `checkHome` has found safe. Gives false when it was there.
 */
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
  if (stranger !== null)
    throw new BelfryError('permission', `The home ${home} cannot be created: ${stranger}`);
  await using above = await open(parent, constants.O_RDONLY | constants.O_DIRECTORY);
  const path = `/proc/self/fd/${above.fd}/${basename(home)}`;
  await mkdir(path, { mode: 0o700 });
  await using made = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  await made.chown(uid, gid);
  await made.chmod(0o700);
}

/**
 * To the account that shall own it: root's worker cannot be trusted with other people's repositories.
 * @param home whose worker has been stopped @throws BelfryError `conflict` when something in it cannot be given
 */
export async function giveHome(home: string, account: Account): Promise<void> {
  const left = await giveTree(home, account);
  if (left.length === 0) return;
  throw new BelfryError('conflict', `Not all of ${home} could be given to ${account.name}: ${left[0]}`, {
    hint: 'Remove that file, and run this again.',
  });
}
