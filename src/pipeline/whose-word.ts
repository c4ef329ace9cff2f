/**
 * How much of a spool file is believed. Its owner is proven by the kernel; everything else is what somebody wrote. The
 * account that owns the home runs the server's hooks, so it may name the pusher, as gitolite and smart HTTP do; so may
 * those that the admin names. Anybody else speaks for himself, and only of repositories that he may write into.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../settings/settings.ts';
import type { SpoolFile } from '../spool/spool.ts';
import { findAccount, groupsOf } from '../system/accounts.ts';
import { identifyPusher, type Pusher } from '../users/pusher.ts';

export interface Word {
  pusher: Pusher;
  /** False: nothing but that refs may have moved. */
  believed: boolean;
}

export async function whoseWord({ uid, trusted, push }: SpoolFile, settings: Settings): Promise<Word> {
  const account = (await findAccount(uid))?.name ?? String(uid);
  if (trusted || settings['push.trusted'].includes(account))
    return { pusher: identifyPusher(push.environment, account), believed: true };
  return { pusher: identifyPusher(new Map(), account), believed: await mayWrite(uid, push.directory) };
}

/** By owner, group and mode; where an access list says more, the refs are compared. */
async function mayWrite(uid: number, directory: string): Promise<boolean> {
  const refs = await stat(join(directory, 'refs')).catch(() => null);
  if (refs === null) return false;
  if (refs.uid === uid) return (refs.mode & 0o200) !== 0;
  if ((await groupsOf(uid)).includes(refs.gid)) return (refs.mode & 0o020) !== 0;
  return (refs.mode & 0o002) !== 0;
}
