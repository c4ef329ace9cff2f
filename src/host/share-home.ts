/**
 * Opens the spool to the group that pushes: where several Unix accounts share repositories by their group, each of them
 * must be able to leave a push there. Nothing else of the home can be seen by them, and no push of another.
 */
import { chmod, chown, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findAccount } from './accounts.ts';

/**
 * `done`: it was opened just now. `was`: it is open to this group. `other`: it is open to another one, and only one
 * can be. `refused`: the home's owner is not in the group.
 */
export type Sharing = 'done' | 'was' | 'other' | 'refused';

/** Members may go through, but not list it. */
const THROUGH = 0o710;
/**
 * Who has come through may add files, and neither list nor move those of others. The group of these two is the owner's
 * own, and set-group-id gives it to every file: so the owner can read it, and nobody else, not even another member.
 */
const DROP = 0o3733;

/** @param home with its directories in it @param gid the group of the repositories */
export async function shareHome(home: string, gid: number): Promise<Sharing> {
  const now = await stat(home);
  const open = (now.mode & 0o070) === (THROUGH & 0o070);
  if (open && now.gid !== gid) return 'other';
  const own = (await findAccount(now.uid))?.gid ?? now.gid;
  const places: [path: string, group: number, mode: number][] = [
    [join(home, 'spool', 'tmp'), own, DROP],
    [join(home, 'spool', 'new'), own, DROP],
    [join(home, 'spool'), gid, THROUGH],
    [home, gid, THROUGH],
  ];
  try {
    for (const [path, group] of places) await chown(path, -1, group);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EPERM') return 'refused';
    throw error;
  }
  // Changing the group clears bits of the mode, so that comes second; the home itself is opened last.
  for (const [path, , mode] of places) await chmod(path, mode);
  return open ? 'was' : 'done';
}

/** Whether this group can leave pushes there. */
export async function isSharedWith(home: string, gid: number): Promise<boolean> {
  return (await isShared(home)) && (await stat(home)).gid === gid;
}

/** Whether a group can leave pushes there. */
export async function isShared(home: string): Promise<boolean> {
  return ((await stat(home)).mode & 0o010) !== 0;
}
