/**
 * A process of root gives itself up for the owner of the home before it touches anything there: a file that root
 * leaves behind, a WAL above all, would lock the hooks out.
 */
import { stat } from 'node:fs/promises';
import { findAccount } from './accounts.ts';

/** Changes the process's identity for good. Does nothing for other users, or where the home is missing. */
export async function becomeOwner(home: string): Promise<void> {
  if (process.geteuid?.() !== 0) return;
  const owner = await stat(home).catch(() => null);
  if (owner === null || owner.uid === 0) return;
  const account = await findAccount(owner.uid);
  // The home's group may be the one that shares the repositories: what others drop belongs to the owner's own.
  const gid = account?.gid ?? owner.gid;
  if (account !== null) (process as WithInitgroups).initgroups(account.name, gid);
  else process.setgroups!([gid]);
  process.setgid!(gid);
  process.setuid!(owner.uid);
  if (account !== null) process.env.HOME = account.home;
}

/** The type declarations of Node leave this one out. */
type WithInitgroups = typeof process & { initgroups(user: string, group: number): void };
