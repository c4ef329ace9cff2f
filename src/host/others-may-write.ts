/**
 * Whether anybody but root may change a repository. A worker of root runs git in there, and reads what it finds: where
 * others may write, that is a way to root's rights and to what root alone may read.
 */
import type { Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findAccount } from './accounts.ts';
import { walkPath } from './home-owner.ts';

/** What git reads first, or what decides on what it runs; whoever may write deeper down was let in by one of these. */
const INSIDE = [
  'hooks',
  'info',
  'objects',
  'objects/info',
  'objects/pack',
  'refs',
  'refs/heads',
  'refs/tags',
];

const STICKY = 0o1000;

/**
 * The first path of a repository that somebody else than root may change, with the reason; null when there is none, or
 * no repository.
 * @param repository absolute path
 */
export async function othersMayWrite(repository: string): Promise<string | null> {
  const directory = await realpath(repository).catch(() => null);
  if (directory === null) return null;
  const { way, found } = await walkPath(directory);
  if (found === null) return null;
  for (const { path, info } of way) {
    const why = await openness(info, (info.mode & STICKY) !== 0);
    if (why !== null) return `${path} ${why}`;
  }
  const first = (await readdir(directory).catch(() => [])).filter(name => !INSIDE.includes(name));
  for (const name of ['', ...first, ...INSIDE]) {
    const path = join(directory, name);
    // A link counts as what it leads to; who may change the link itself is said by its directory.
    const info = (await stat(path).catch(() => null)) ?? (await lstat(path).catch(() => null));
    const why = info === null ? null : await openness(info, false);
    if (why !== null) return `${path} ${why}`;
  }
  return null;
}

/** @param sticky whether others may only add entries there */
async function openness(info: Stats, sticky: boolean): Promise<string | null> {
  if (info.uid !== 0) return `belongs to ${(await findAccount(info.uid))?.name ?? `user ${info.uid}`}`;
  if (sticky || info.isSymbolicLink()) return null;
  if ((info.mode & 0o002) !== 0) return 'can be written by everybody';
  return (info.mode & 0o020) !== 0 ? `can be written by the group ${info.gid}` : null;
}

/** The sentence for a worker, or whoever is about to make one, that would run as root. */
export function rootRefuses(repository: string, why: string): string {
  return `Root's worker does not run git in ${repository}: ${why}`;
}

export const ROOT_REFUSES_HINT =
  'Give the home to the account that owns the repositories: ./install.sh --user NAME';
