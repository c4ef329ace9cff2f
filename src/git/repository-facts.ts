/**
 * What a repository says about itself. Read from its own few files without a process, as every push asks for it; only
 * where a repository keeps its refs in another form is git asked.
 *
 * Who may push by a path of this machine may often write these files, too. What is said here goes out to receivers, so
 * none of it comes through a link, or out of a file that he could not read himself; and a pipe holds nothing up. What
 * cannot be known then is left out: the push is announced without it.
 */
import { lstat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { openDirectory, type SafeDirectory } from '../files/safe-directory.ts';
import { defaultBranch } from './default-branch.ts';
import { gitError } from './git-error.ts';

export interface RepositoryFacts {
  /** From its `description` file; empty when nobody has written one. */
  description: string;
  createdAt: number;
  /** Without `refs/heads/`: what HEAD names, when that exists or nothing else does; see `default-branch.ts`. */
  defaultBranch: string;
  objectFormat: 'sha1' | 'sha256';
}

/** More of a file than this is not read. A configuration is hardly ever above 10 kB. */
const FILE_BYTES = 256 * 1024;

/** Characters of a description. It goes into every event twice; what is longer is no description. */
const DESCRIPTION = 1_000;

/** Git was born on 2005-04-07: an earlier file time is a tool's invention. */
const FIRST_TIME = Date.UTC(2005, 3, 7);

/**
 * @param directory absolute path of the git directory
 * @throws BelfryError `git` when it is none or cannot be read
 */
export async function repositoryFacts(directory: string, path?: string): Promise<RepositoryFacts> {
  try {
    await using repository = await openCommon(directory);
    const [description, config, branch, createdAt] = await Promise.all([
      read(repository, 'description', { toShow: true }),
      // Nothing of it is shown.
      read(repository, 'config', { links: 'follow' }),
      defaultBranch(repository, path),
      creationTime(repository),
    ]);
    return {
      description: ownDescription(description ?? ''),
      createdAt,
      defaultBranch: branch,
      objectFormat: objectFormatOf(config ?? ''),
    };
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw gitError('reading', directory, cause.message, cause);
  }
}

/**
 * A linked worktree has its own directory, and beside a HEAD of its own all is in the main one. `commondir` says where
 * that is; but only the directory that the worktree lies in is trusted, or it could be anybody's repository.
 */
async function openCommon(directory: string): Promise<SafeDirectory> {
  const own = await openDirectory(directory, { links: 'follow' });
  const worktrees = dirname(directory);
  if (basename(worktrees) !== 'worktrees') return own;
  await using worktree = own;
  const common = await read(worktree, 'commondir');
  const main = dirname(worktrees);
  const linked = common !== null && resolve(directory, common.trim()) === main;
  return openDirectory(linked ? main : directory, { links: 'follow' });
}

/** What git puts there itself is no description. */
function ownDescription(text: string): string {
  const trimmed = text.trim();
  return trimmed.startsWith('Unnamed repository')
    ? ''
    : Array.from(trimmed.slice(0, DESCRIPTION * 2))
        .slice(0, DESCRIPTION)
        .join('');
}

/** Git, too, reads this setting from the repository's own file alone: it comes before any include. */
function objectFormatOf(config: string): 'sha1' | 'sha256' {
  const section = /^[ \t]*\[extensions\]([^[]*)/gim;
  const setting = /^[ \t]*objectformat[ \t]*=[ \t]*"?sha256\b/im;
  return [...config.matchAll(section)].some(match => setting.test(match[1]!)) ? 'sha256' : 'sha1';
}

/** The oldest time that any file has which git makes at the birth of a repository and seldom touches again. */
async function creationTime(repository: SafeDirectory): Promise<number> {
  const names = ['description', 'config', 'HEAD', 'info', 'objects'];
  const exclude = async () => {
    await using info = await repository.directory('info');
    return await info.lstat('exclude');
  };
  const stats = [repository.stat(), exclude(), ...names.map(name => repository.lstat(name))];
  const found = await Promise.all(stats.map(one => one.catch(() => null)));
  const times = found.flatMap(file => (file === null ? [] : [file.birthtimeMs, file.mtimeMs]));
  const sane = times.filter(time => time >= FIRST_TIME);
  return sane.length === 0 ? FIRST_TIME : Math.floor(Math.min(...sane));
}

/** Null when there is none, or none that can be read so: who may write there can take that away in many ways. */
async function read(
  repository: SafeDirectory,
  name: string,
  how: { links?: 'follow'; toShow?: boolean } = {},
): Promise<string | null> {
  const bytes = await repository.readFile(name, { most: FILE_BYTES, cut: true, ...how }).catch(() => null);
  return bytes?.toString('utf8') ?? null;
}

/** Whether a directory is a bare repository at all: what is in it may be broken, but it is there. */
export async function isRepository(directory: string): Promise<boolean> {
  const there = (name: string) =>
    lstat(join(directory, name)).then(
      () => true,
      () => false,
    );
  const [head, objects, common] = await Promise.all(['HEAD', 'objects', 'commondir'].map(there));
  return head === true && (objects === true || common === true);
}
