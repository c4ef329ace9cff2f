/**
 * The bare repositories at or below a directory. Working copies are not taken, and nothing inside a repository is looked
 * at. Symbolic links are followed, since admins spread repositories over disks with them, but only those that count (see
 * `follow-path.ts`); directories without links come first, and each is looked into once, so that a link to a directory
 * above it does no harm.
 */
import type { Stats } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openDirectory, readFileAt } from '../files/safe-directory.ts';
import type { Identity } from '../model/place.ts';
import { followPath, identityOf, type RefusedLink } from './follow-path.ts';

export interface FoundRepository {
  /** As the directory was given, with the links that lead to it. */
  path: string;
  /** Absolute, symbolic links resolved. */
  directory: string;
  linked: boolean;
  identity: Identity;
}

export interface FindOptions {
  /** Number of the account that owns belfry's home. */
  owner: number;
  /** A directory of repositories, whatever else somebody has put there. */
  isRoot?: boolean;
  /** Called for each directory that cannot be read; the search goes on. */
  problem?: (directory: string, error: unknown) => void;
  /** Told about each link that was not followed. */
  refused?: (link: RefusedLink) => void;
}

/** A repository that has several names comes once for each link that leads straight to it. */
export async function* findRepositories(
  directory: string,
  { owner, isRoot = false, problem = () => {}, refused = () => {} }: FindOptions,
): AsyncGenerator<FoundRepository, void> {
  const seen = new Set<string>();
  const links: string[] = [];
  type Ahead = { path: string; directory: string; linked: boolean };

  /** Everything that is reached without a further link. */
  async function* below(start: Ahead): AsyncGenerator<FoundRepository, void> {
    const ahead = [start];
    for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
      try {
        const identity = await identityOf(next.directory);
        if (identity === null) continue;
        const key = `${identity.device}:${identity.inode}`;
        const kind = isRoot && next.path === directory ? 'none' : await repositoryKind(next.directory);
        if (kind === 'bare' && (next === start || !seen.has(key))) yield { ...next, identity };
        if (seen.has(key)) continue;
        seen.add(key);
        if (kind !== 'none') continue;
        const inside = await entriesOf(next.directory);
        links.push(...inside.links.map(name => join(next!.path, name)));
        const { linked } = next;
        ahead.push(
          ...inside.directories
            .map(name => ({ path: join(next!.path, name), directory: join(next!.directory, name), linked }))
            .reverse(),
        );
      } catch (error) {
        problem(next.path, error);
      }
    }
  }

  try {
    yield* below({ path: directory, directory: await realpath(directory), linked: false });
  } catch (error) {
    return problem(directory, error);
  }
  for (let link = links.shift(); link !== undefined; link = links.shift()) {
    try {
      const reached = await followPath(directory, link, owner);
      if (reached === null) continue;
      if ('link' in reached) {
        // A link to a file is none of our business.
        if (await isDirectory(link)) refused({ ...reached, link });
      } else yield* below({ path: link, directory: reached.directory, linked: true });
    } catch (error) {
      problem(link, error);
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
  const bytes = await readFileAt(join(directory, 'config'), {
    most: CONFIG_BYTES,
    cut: true,
    links: 'follow',
  });
  return bytes?.toString('latin1') ?? '';
}

const CONFIG_BYTES = 256 * 1024;

async function entriesOf(directory: string): Promise<{ directories: string[]; links: string[] }> {
  const directories: string[] = [];
  const links: string[] = [];
  for await (const entry of await opendir(directory)) {
    if (entry.isDirectory()) directories.push(entry.name);
    else if (entry.isSymbolicLink()) links.push(entry.name);
  }
  return { directories: directories.sort(), links: links.sort() };
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isDirectory(),
    () => false,
  );
}

/**
 * Who may push into a repository: the owner, the group and the mode of its refs. Through no link: a member could have the spool opened to a group of his choice.
 * @throws what the system says
 */
export async function statRefs(path: string): Promise<Stats> {
  await using repository = await openDirectory(path, { links: 'refuse' });
  await using refs = await repository.directory('refs');
  return await refs.stat();
}
