/**
 * Whose a home is, as far as root may trust its path. Whoever may rename an entry of a directory on the way puts a
 * link or a directory of somebody else there, and root would act as that account. So each directory and each link on
 * the way belongs to root or to the home's owner, and nobody else may change its entries. By induction from `/` that
 * makes looking at one name after the other safe: the first directory that a stranger could change ends it.
 */
import type { Stats } from 'node:fs';
import { lstat, readlink, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BelfryError } from '../errors.ts';
import { accountName, findAccount, groupLine } from './accounts.ts';

interface Step {
  path: string;
  info: Stats;
}

export interface WalkedPath {
  /** Directories above the last name and links on the way, in the order in which the kernel meets them. */
  way: Step[];
  /** What the path leads to; null when there is nothing. */
  found: Stats | null;
}

/** As in the kernel, path_resolution(7). */
const MOST_LINKS = 40;
const STICKY = 0o1000;

/**
 * Follows a path name by name. @param path absolute
 * @throws the error of the file system, except for a name that is missing
 */
export async function walkPath(path: string): Promise<WalkedPath> {
  let at = '/';
  let info = await lstat(at);
  let links = 0;
  const way: Step[] = [];
  const ahead = namesIn(path);
  for (let name = ahead.shift(); name !== undefined; name = ahead.shift()) {
    if (info.isDirectory()) way.push({ path: at, info });
    const next = name === '..' ? dirname(at) : join(at, name);
    const there = await lstat(next).catch(ifMissing);
    if (there === null) return { way, found: null };
    if (there.isSymbolicLink()) {
      if (++links > MOST_LINKS) throw new BelfryError('permission', `${path}: too many symbolic links`);
      way.push({ path: next, info: there });
      const target = await readlink(next);
      ahead.unshift(...namesIn(target));
      if (!target.startsWith('/')) continue;
      at = '/';
      info = await lstat(at);
    } else {
      at = next;
      info = there;
    }
  }
  return { way, found: info };
}

/** The first thing on the way that somebody else than root and the owner may change, in words; null when there is none. */
export async function strangersOnTheWay(way: Step[], owner: number): Promise<string | null> {
  for (const { path, info } of way) {
    if (info.uid !== 0 && info.uid !== owner) return `${path} belongs to ${await nameOf(info.uid)}`;
    if (info.isSymbolicLink() || (info.mode & STICKY) !== 0) continue;
    if ((info.mode & 0o002) !== 0) return `everybody may write into ${path}`;
    if ((info.mode & 0o020) !== 0 && !(await isPrivateGroup(info.gid, owner)))
      return `the group ${info.gid} may write into ${path}`;
  }
  return null;
}

/**
 * The owner of a home, for a process of root. Null when there is nothing of that name.
 * @throws BelfryError `permission` when others may put something else into its place
 */
export async function homeOwner(home: string): Promise<{ uid: number; gid: number } | null> {
  const { way, found } = await walkPath(home);
  if (found === null) return null;
  const stranger = await strangersOnTheWay(way, found.uid);
  if (stranger === null) return { uid: found.uid, gid: found.gid };
  throw new BelfryError('permission', `Root does not trust the home ${home}: ${stranger}`, {
    hint: 'Whoever may write above a home can replace it. Close that directory, or run this as the owner of the home.',
  });
}

function namesIn(path: string): string[] {
  return path.split('/').filter(name => name !== '' && name !== '.');
}

function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}

/** Many systems give every account a group of its own, and a umask that opens new directories to it. */
async function isPrivateGroup(gid: number, owner: number): Promise<boolean> {
  if (gid === 0) return true;
  const account = await findAccount(owner);
  const [name, , , members = ''] = (await groupLine(gid)).split(':');
  return account !== null && name === account.name && (members === '' || members === account.name);
}

async function nameOf(uid: number): Promise<string> {
  return (await findAccount(uid))?.name ?? `user ${uid}`;
}

/**
 * A process of root gives itself up for the owner of the home before it touches anything there: a file that root leaves
 * behind, a WAL above all, would lock the hooks out, and what the owner has put there must not make root change anything
 * else. It changes the process's identity for good. Does nothing for other users, or where the home is missing.
 * @throws BelfryError `permission` when the home's path can be changed by somebody else
 */
export async function becomeOwner(home: string): Promise<void> {
  if (process.geteuid?.() !== 0) return;
  const owner = await homeOwner(home);
  if (owner !== null && owner.uid !== 0) await becomeUser(owner.uid, owner.gid);
}

/**
 * Changes the process's identity for good, with the groups of that account and none of root's.
 * @param fallbackGid the group when there is no such account: a home's group may be the one that shares the repositories,
 *   and what others drop belongs to the owner's own
 */
export async function becomeUser(uid: number, fallbackGid: number): Promise<void> {
  const account = await findAccount(uid);
  const gid = account?.gid ?? fallbackGid;
  if (account !== null) (process as WithInitgroups).initgroups(account.name, gid);
  else process.setgroups!([gid]);
  process.setgid!(gid);
  process.setuid!(uid);
  // Git would read root's files there, and fail.
  for (const name of ['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_RUNTIME_DIR'])
    delete process.env[name];
  process.env.HOME = account?.home ?? '/';
}

/** The type declarations of Node leave this one out. */
type WithInitgroups = typeof process & { initgroups(user: string, group: number): void };

/**
 * Whether a process runs as somebody else than the home's owner: the database is not for it.
 * Names of the owner and of the account with that id; null when they are the same.
 */
export async function otherAccount(
  home: string,
  uid: number,
): Promise<{ owner: string; own: string } | null> {
  const owner = (await stat(home)).uid;
  if (owner === uid) return null;
  return { owner: await accountName(owner), own: await accountName(uid) };
}
