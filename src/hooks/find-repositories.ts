/**
 * The bare repositories at or below a directory. Working copies are not taken, and nothing inside a repository is looked
 * at. Symbolic links are followed, since admins spread repositories over disks with them; each directory is seen once,
 * so that a link to a directory above it does no harm.
 */
import { opendir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openDirectory } from '../files/safe-directory.ts';

export interface FindOptions {
  /** Told about each directory that could not be looked into; the search goes on. */
  problem?: (directory: string, error: unknown) => void;
}

/** Gives absolute paths with symbolic links resolved, in the order of the names. */
export async function* findRepositories(
  directory: string,
  { problem = () => {} }: FindOptions = {},
): AsyncGenerator<string, void> {
  const seen = new Set<string>();
  const ahead = [directory];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    try {
      const { dev, ino } = await stat(next);
      if (seen.has(`${dev}:${ino}`)) continue;
      seen.add(`${dev}:${ino}`);
      const kind = await repositoryKind(next);
      if (kind === 'bare') yield await realpath(next);
      else if (kind === 'none') ahead.push(...(await directoriesIn(next)).reverse());
    } catch (error) {
      problem(next, error);
    }
  }
}

/** Whether a directory is a bare repository, the inside of a working copy, or neither. */
export async function repositoryKind(directory: string): Promise<'bare' | 'work' | 'none'> {
  const [head, objects, refs] = await Promise.all(
    ['HEAD', 'objects', 'refs'].map(name => stat(join(directory, name)).catch(() => null)),
  );
  if (!head?.isFile() || !objects?.isDirectory() || !refs?.isDirectory()) return 'none';
  // Git asks the same: the setting, and where there is none, the name.
  const config = await readConfig(directory).catch(() => '');
  const bare = config.match(/^\s*bare\s*=\s*(\w+)/im)?.[1]?.toLowerCase();
  if (bare !== undefined) return /^(false|no|off|0)$/.test(bare) ? 'work' : 'bare';
  return basename(directory) === '.git' ? 'work' : 'bare';
}

/** Nothing of it is shown, so it may be a link; but a pipe in its place would be waited for without end. */
async function readConfig(directory: string): Promise<string> {
  await using repository = await openDirectory(directory, { links: 'follow' });
  const bytes = await repository.readFile('config', { most: CONFIG_BYTES, cut: true, links: 'follow' });
  return bytes?.toString('latin1') ?? '';
}

const CONFIG_BYTES = 256 * 1024;

async function directoriesIn(directory: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of await opendir(directory)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) found.push(path);
    else if (entry.isSymbolicLink() && (await isDirectory(path))) found.push(path);
  }
  return found.sort();
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isDirectory(),
    () => false,
  );
}
