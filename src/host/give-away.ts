/**
 * Gives what root has left in a home to the home's owner, who may put anything there at any moment: a link to somebody
 * else's file, another name of it, another file system. What is given is held by a descriptor, is a directory or a regular
 * file with this one name, and lies on the home's own file system; everything else is left, and named.
 */
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { kindOf } from '../files/file-error.ts';
import { openDirectory, type SafeDirectory } from '../files/safe-directory.ts';

export interface Owner {
  uid: number;
  gid: number;
}

/** Deeper than anything that belfry makes. */
const DEEPEST = 20;

/** Null when it was given, belongs to that owner, or is gone; else why it is left. */
async function giveEntry(directory: SafeDirectory, name: string, owner: Owner): Promise<string | null> {
  await using entry = await directory.entry(name);
  if (entry === null || entry.info.uid === owner.uid) return null;
  // Looked at by its name, after it was opened: a file whose other name was removed in between is seen as what it was.
  const now = await directory.lstat(name);
  const why =
    now === null || now.ino !== entry.info.ino || now.dev !== entry.info.dev
      ? 'it was replaced meanwhile'
      : refusal(now, (await directory.stat()).dev);
  if (why !== null) return `${join(directory.path, name)}: ${why}`;
  await entry.chown(owner.uid, owner.gid);
  return null;
}

/** Null for what may be given away. @param device the one that the directory is on */
export function refusal(info: Stats, device: number): string | null {
  if (info.dev !== device) return 'it is on another file system';
  if (info.isDirectory()) return null;
  if (!info.isFile()) return `it is ${kindOf(info)}`;
  return info.nlink === 1 ? null : `it has ${info.nlink} names (hard links)`;
}

/**
 * Gives what root has left in some of the home's directories to the home's owner. Gives what is left, in words.
 * @param home whose path nobody but root and the owner may change
 * @param folders below the home, empty for the home itself
 */
export async function giveLeftovers(home: string, folders: string[]): Promise<string[]> {
  const left: string[] = [];
  await using top = await openDirectory(home, { links: 'follow' });
  const owner = await top.stat();
  for (const folder of folders) {
    if (folder === '') {
      left.push(...(await giveNames(top, owner)));
      continue;
    }
    // The owner's link there is the owner's matter.
    const below = await top.directory(folder).catch(() => null);
    if (below === null) continue;
    await using open = below;
    if ((await open.stat()).dev === owner.dev) left.push(...(await giveNames(open, owner)));
  }
  return left;
}

async function giveNames(directory: SafeDirectory, owner: Owner): Promise<string[]> {
  const left: string[] = [];
  for (const name of await directory.list(Number.POSITIVE_INFINITY)) {
    const why = await giveEntry(directory, name, owner);
    if (why !== null) left.push(why);
  }
  return left;
}

/**
 * Gives a whole home of root's to another account, the home itself last. What others have left in its spool stays theirs:
 * that is their proof. Gives what is left, in words.
 */
export async function giveTree(home: string, owner: Owner): Promise<string[]> {
  await using top = await openDirectory(home, { links: 'follow' });
  const left = await giveBelow(top, owner, 0);
  await using above = await openDirectory(join(top.path, '..'), { links: 'follow' });
  const name = top.path.split('/').filter(Boolean).at(-1)!;
  const why = await giveEntry(above, name, { uid: owner.uid, gid: groupFor(await top.stat(), owner) });
  return why === null ? left : [...left, why];
}

async function giveBelow(directory: SafeDirectory, owner: Owner, depth: number): Promise<string[]> {
  const left: string[] = [];
  for (const name of await directory.list(Number.POSITIVE_INFINITY)) {
    const info = await directory.lstat(name);
    if (info === null || info.uid !== 0) continue;
    if (info.isDirectory() && depth < DEEPEST) {
      await using below = await directory.directory(name);
      left.push(...(await giveBelow(below, owner, depth + 1)));
    }
    const why = await giveEntry(directory, name, { uid: owner.uid, gid: groupFor(info, owner) });
    if (why !== null) left.push(why);
  }
  return left;
}

/** A group that shares the repositories stays. */
function groupFor(info: Stats, owner: Owner): number {
  return info.gid === 0 ? owner.gid : info.gid;
}
