/**
 * How much of a spool file is trusted. Its owner is proven by the kernel; everything else is what somebody wrote. The
 * account that owns the home runs the server's hooks, so it may name the pusher, as gitolite and smart HTTP do; so may
 * those that the admin names. Anybody else speaks for himself, and only of repositories that he may write.
 */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { findAccount, groupsOf } from '../host/accounts.ts';
import { processState } from '../host/process-state.ts';
import { identifyPusher, type Pusher } from '../model/pusher.ts';
import type { Settings } from '../settings/settings.ts';
import type { Claimant, Judges } from '../spool/claims.ts';
import type { SpoolFile } from '../spool/spool.ts';

export interface Trust {
  pusher: Pusher;
  /** False: nothing but that refs may have moved. */
  trusted: boolean;
}

/** @param file its directory is a real path: what is found is found of this very directory */
export async function trustIn({ uid, trusted, push }: SpoolFile, settings: Settings): Promise<Trust> {
  const account = await accountOf(uid);
  if (trusted || settings['push.trusted'].includes(account))
    return { pusher: identifyPusher(push.environment, account), trusted: true };
  return { pusher: identifyPusher(new Map(), account), trusted: await mayWrite(uid, push.directory) };
}

/** Whether it counts what an account says of a repository. */
export async function isTrusted({ uid, trusted, directory }: Claimant, settings: Settings): Promise<boolean> {
  return (
    trusted || settings['push.trusted'].includes(await accountOf(uid)) || (await mayWrite(uid, directory))
  );
}

/** Who is trusted, and what has become of a process: what the spool's files are judged by. */
export function judges(settings: Settings, now: () => number): Judges {
  return { trusts: claimant => isTrusted(claimant, settings), processState, now };
}

async function accountOf(uid: number): Promise<string> {
  return (await findAccount(uid))?.name ?? String(uid);
}

/**
 * By owner, group and mode; where an access list says more, the refs are compared. No link is followed: whoever may make
 * one could point it to refs of his own.
 */
async function mayWrite(uid: number, directory: string): Promise<boolean> {
  const [repository, refs] = await Promise.all([directory, join(directory, 'refs')].map(isDirectory));
  if (!repository || !refs) return false;
  if (refs.uid === uid) return (refs.mode & 0o200) !== 0;
  if ((await groupsOf(uid)).includes(refs.gid)) return (refs.mode & 0o020) !== 0;
  return (refs.mode & 0o002) !== 0;
}

async function isDirectory(path: string) {
  const info = await lstat(path).catch(() => null);
  return info?.isDirectory() ? info : null;
}
