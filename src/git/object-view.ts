/**
 * A git directory of our own, through which git sees a repository's objects and nothing else of it. A merge asks settings
 * and attributes which programs merge a file or clean it first; those of a repository are its pushers' as often as not,
 * and there is no option that shuts them out.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitPlace } from './git-process.ts';

/** @param id of any object of the repository: its length tells the format */
export async function withObjectView<T>(
  place: GitPlace,
  id: string,
  work: (place: GitPlace) => Promise<T>,
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
