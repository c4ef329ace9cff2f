/**
 * Where a path leads, component by component: a symbolic link on the way counts only when somebody made it who may say so:
 * root, the owner of belfry's home, or whoever owns what it leads to. Everybody else could give his own name to a
 * repository that is not his.
 *
 * The answer is the directory with its links resolved: who opens it without following links gets that one or none.
 */
import { lstat, readlink, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from '../files/file-error.ts';
import type { Identity } from '../model/place.ts';

export interface Reached {
  directory: string;
  identity: Identity;
  linked: boolean;
}

/** A link that was not followed, and why. */
export interface RefusedLink {
  link: string;
  reason: string;
}

/** As many as the kernel follows. */
const MOST_LINKS = 40;

/**
 * @param root as it was given, and trusted: links on the way to it are an admin's
 * @param path absolute, at or below the root
 * @param owner number of the account that owns belfry's home
 * @returns null when nothing is there, or no directory
 * @throws what the system says when it cannot be told
 */
export async function followPath(
  root: string,
  path: string,
  owner: number,
): Promise<Reached | RefusedLink | null> {
  try {
    const way = { links: 0, owner: BigInt(owner) };
    const rest = path.slice(root.length).split('/');
    const directory = await follow(await realpath(root), rest, way);
    if (typeof directory !== 'string') return directory;
    const identity = await identityOf(directory);
    return identity === null ? null : { directory, identity, linked: way.links > 0 };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return null;
    throw error;
  }
}

/** Null for what is no directory. A link is none. @throws what the system says */
export async function identityOf(directory: string): Promise<Identity | null> {
  const found = await lstat(directory, { bigint: true });
  if (!found.isDirectory()) return null;
  const { ino, dev, birthtimeNs } = found;
  return {
    inode: String(ino),
    birth: birthtimeNs === 0n ? null : String(birthtimeNs),
    device: String(dev),
  };
}

interface Way {
  links: number;
  owner: bigint;
}

async function follow(from: string, components: string[], way: Way): Promise<string | RefusedLink> {
  let at = from;
  for (const component of components) {
    if (component === '' || component === '.') continue;
    if (component === '..') {
      at = dirname(at);
      continue;
    }
    const path = join(at, component);
    const found = await lstat(path, { bigint: true });
    if (!found.isSymbolicLink()) {
      at = path;
      continue;
    }
    if (++way.links > MOST_LINKS) return { link: path, reason: 'its links form a loop' };
    const target = await readlink(path);
    const reached = await follow(target.startsWith('/') ? '/' : at, target.split('/'), way);
    if (typeof reached !== 'string') return reached;
    // Not asked by the link's name: it may be another link by now.
    const { uid } = await lstat(reached, { bigint: true });
    if (![0n, way.owner, uid].includes(found.uid)) {
      return { link: path, reason: `user ${found.uid} made it, and what it leads to is user ${uid}'s` };
    }
    at = reached;
  }
  return at;
}
