/**
 * A process of root gives itself up for the owner of the home before it touches anything there: a file that root
 * leaves behind, a WAL above all, would lock the hooks out, and what the owner has put there must not make root change
 * anything else.
 */
import { findAccount } from './accounts.ts';
import { homeOwner } from './home-owner.ts';

/**
 * Changes the process's identity for good. Does nothing for other users, or where the home is missing.
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
