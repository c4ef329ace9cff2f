/**
 * A git directory of our own, through which git sees a repository's objects and nothing else of it. A merge asks settings
 * and attributes which programs merge a file or clean it first; those of a repository are its pushers' as often as not,
 * and there is no option that shuts them out.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileAt } from '../files/safe-directory.ts';
import type { GitPlace } from './git-process.ts';

/**
 * Whether git would fetch an object that is missing. It may not here, and dies over each of them: in a view the remote is
 * unknown, and what is missing is just that.
 * @param directory absolute path of the git directory
 */
export async function isPartialClone(directory: string): Promise<boolean> {
  const options = { most: CONFIG_BYTES, cut: true, links: 'follow' } as const;
  // Git says what is wrong with one that cannot be read.
  const config = await readFileAt(join(directory, 'config'), options).catch(() => null);
  return /partialclone|promisor/i.test(config?.toString('latin1') ?? '');
}

/** A configuration is hardly ever above 10 kB. */
const CONFIG_BYTES = 256 * 1024;

/** @param id of any object of the repository: its length tells the format */
export async function withObjectView<T, Place extends GitPlace>(
  place: Place,
  id: string,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  const view = await mkdtemp(join(tmpdir(), 'belfry-git-'));
  try {
    await mkdir(join(view, 'refs'));
    await writeFile(join(view, 'HEAD'), 'ref: refs/heads/none\n');
    await writeFile(join(view, 'config'), id.length === 64 ? SHA256 : SHA1);
    return await work({ ...place, view });
  } finally {
    await rm(view, { recursive: true, force: true });
  }
}

const SHA1 = '[core]\n\trepositoryformatversion = 0\n\tbare = true\n';
const SHA256 =
  '[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = sha256\n';
