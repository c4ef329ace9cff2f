/** Whether the home can be where it is wanted, and be the account's. Changes nothing. */
import { access, constants, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import { BelfryError } from '../../errors.ts';
import { type Account, findAccount } from '../../host/accounts.ts';
import { homeState } from '../../host/existing-home.ts';
import { strangersOnTheWay, walkPath } from '../../host/home-owner.ts';
import { homeOfCommand } from './command-file.ts';
import { networkFileSystem } from './network-file-system.ts';
import type { SetupOptions } from './options.ts';

/** Gives the owner of the home; null when it is not there yet. @throws BelfryError */
export async function checkHome(options: SetupOptions, account: Account): Promise<number | null> {
  const { home, prefix, source } = options;
  if (`${home}/`.startsWith(`${prefix}/`) && source !== prefix)
    throw refuse(
      `the home ${home} lies in the program directory ${prefix}, which is removed with the program`,
    );
  const place = await nearest(home);
  const kind = networkFileSystem(place, await readFile(options.mounts, 'utf8').catch(() => ''));
  if (kind !== null) {
    throw new BelfryError(
      'environment',
      `the home ${home} is on a network file system (${kind}), where SQLite's write-ahead log cannot work: choose another with --home`,
    );
  }
  const found = await stat(home).catch(() => null);
  if (found !== null && !found.isDirectory()) throw refuse(`the home ${home} is a file, wanted a directory`);
  await requireFormer(options);
  await checkWay(home, account, found?.uid ?? account.uid);
  if (found === null) {
    if (await canWrite(place)) return null;
    throw refuse(`the home ${home} cannot be made: no permission to write into ${place}`);
  }
  // A home of root's was made by a mistake, or before there was anybody to own it: it can be given away.
  if (found.uid === account.uid || (found.uid === 0 && process.geteuid!() === 0)) return found.uid;
  const owner = (await findAccount(found.uid))?.name ?? `user ${found.uid}`;
  throw refuse(`the home ${home} belongs to ${owner}, not to ${account.name}`);
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
  const got = state === 'missing' ? 'it is not there' : 'it holds neither a database nor a spool';
  throw new BelfryError('home', `the home ${home} is gone: ${got}`, {
    hint: 'Is its disk mounted? ./install.sh DIR... makes a new one.',
  });
}

/** Root would act as whoever owns what lies there at that moment. */
async function checkWay(home: string, account: Account, owner: number): Promise<void> {
  if (process.geteuid!() !== 0) return;
  const stranger = await strangersOnTheWay((await walkPath(home)).way, owner);
  if (stranger === null) return;
  throw new BelfryError(
    'permission',
    `root does not trust the home ${home} of ${account.name}: ${stranger}`,
    {
      hint: 'Whoever may write above a home can replace it: close that directory, or choose another home with --home.',
    },
  );
}

/** The nearest directory at or above a path that exists. */
export async function nearest(path: string): Promise<string> {
  const there = (await stat(path).catch(() => null))?.isDirectory();
  return there === true || path === '/' ? path : nearest(dirname(path));
}

function canWrite(path: string): Promise<boolean> {
  return access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

function refuse(message: string): BelfryError {
  return new BelfryError('permission', message);
}
