/**
 * Opens the spool to the group that pushes: where several Unix accounts share repositories by their group, each of them
 * must be able to leave a push there. Nothing else of the home can be seen by them.
 */
import { chmod, chown, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * `done`: it was opened just now. `was`: it is open to this group. `other`: it is open to another one, and only one
 * can be. `refused`: the home's owner is not in the group.
 */
export type Sharing = 'done' | 'was' | 'other' | 'refused';

/** Members may go through, but not look around. */
const THROUGH = 0o710;
/** Members may add files and flush the directory, which takes reading it, and may move only their own. */
const DROP = 0o3770;

/** @param home with its directories in it @param gid the group of the repositories */
export async function shareHome(home: string, gid: number): Promise<Sharing> {
  const places: [string, number][] = [
    [join(home, 'spool', 'tmp'), DROP],
    [join(home, 'spool', 'new'), DROP],
    [join(home, 'spool'), THROUGH],
    [home, THROUGH],
  ];
  const now = await stat(home);
  const open = (now.mode & 0o070) === (THROUGH & 0o070);
  if (open && now.gid !== gid) return 'other';
  if (open) return 'was';
  try {
    for (const [path] of places) await chown(path, -1, gid);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EPERM') return 'refused';
    throw error;
  }
  // Changing the group clears bits of the mode, so that comes second; the home itself is opened last.
  for (const [path, mode] of places) await chmod(path, mode);
  return 'done';
}
