/**
 * What a repository says about itself. Read from its own few files without a process, as every push asks for it; only
 * where a repository keeps its refs in another form is git asked.
 */
import { open, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gitError } from './git-error.ts';

export interface RepositoryFacts {
  /** From its `description` file; empty when nobody has written one. */
  description: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** The branch HEAD stands for, without `refs/heads/`, existing or not; `HEAD` when it is detached. */
  defaultBranch: string;
  objectFormat: 'sha1' | 'sha256';
}

/** More of a file than this is not looked at. A configuration is hardly ever above 10 kB. */
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
    const common = await commonDirectory(directory);
    const [description, config, head, createdAt] = await Promise.all([
      readIfThere(join(common, 'description')),
      readIfThere(join(common, 'config')),
      readStart(join(common, 'HEAD')),
      creationTime(common),
    ]);
    return {
      description: ownDescription(description),
      createdAt,
      defaultBranch: branchOf(head) ?? (await askForHead(common, path)),
      objectFormat: objectFormatOf(config),
    };
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw gitError('reading', directory, cause.message, cause);
  }
}

/** A linked worktree has its own directory, and beside a HEAD of its own all is in the main one. */
async function commonDirectory(directory: string): Promise<string> {
  const common = await readIfThere(join(directory, 'commondir'));
  return common === '' ? directory : resolve(directory, common.trim());
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

function branchOf(head: string): string | null {
  const branch = /^ref:\s*refs\/heads\/([^\n]*)/.exec(head.slice(0, LONGEST_HEAD))?.[1]?.trimEnd();
  // A repository with reftable refs has a HEAD file for old programs only.
  return branch === undefined || branch === '.invalid' ? null : branch;
}

async function askForHead(directory: string, path: string | undefined): Promise<string> {
  const { tryGit } = await import('./run-git.ts');
  const asked = await tryGit({ repository: directory, path }, ['symbolic-ref', '--quiet', 'HEAD']);
  const { status, stdout, stderr } = asked;
  if (status > 1) throw gitError('symbolic-ref', directory, stderr);
  return stdout.trim().replace(/^refs\/(heads\/)?/, '') || 'HEAD';
}

/** Git, too, reads this setting from the repository's own file alone: it comes before any include. */
function objectFormatOf(config: string): 'sha1' | 'sha256' {
  const section = /^[ \t]*\[extensions\]([^[]*)/gim;
  const setting = /^[ \t]*objectformat[ \t]*=[ \t]*"?sha256\b/im;
  return [...config.matchAll(section)].some(match => setting.test(match[1]!)) ? 'sha256' : 'sha1';
}

/** A ref is a path. */
const LONGEST_HEAD = 8192;

/** The oldest time that any file has which git makes at the birth of a repository and seldom touches again. */
async function creationTime(directory: string): Promise<number> {
  const names = ['.', 'description', 'config', 'HEAD', 'info/exclude', 'info', 'objects'];
  const found = await Promise.all(names.map(name => stat(join(directory, name)).catch(() => null)));
  const times = found.flatMap(file => (file === null ? [] : [file.birthtimeMs, file.mtimeMs]));
  const sane = times.filter(time => time >= FIRST_TIME);
  return sane.length === 0 ? FIRST_TIME : Math.floor(Math.min(...sane));
}

async function readIfThere(file: string): Promise<string> {
  return readStart(file).catch(error => {
    if (error.code === 'ENOENT' || error.code === 'EISDIR') return '';
    throw error;
  });
}

async function readStart(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(FILE_BYTES), 0, FILE_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
