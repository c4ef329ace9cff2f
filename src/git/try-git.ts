/** Runs git for an answer that is also in its exit status: for `merge-tree` and `merge-base` 1 is no failure. */
import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { gitEnvironment, STEADY_CONFIG } from './git-environment.ts';
import { gitError, noGitError } from './git-error.ts';
import type { GitPlace } from './stream-git.ts';

export interface GitAnswer {
  status: number;
  stdout: string;
  stderr: string;
}

/** Answers stand at the beginning; a merge with a million conflicts goes on to name each of them. */
const LONGEST = 16 * 1024 * 1024;

/** @throws BelfryError `git` when git cannot be started or a signal ends it */
export async function tryGit(place: GitPlace, args: string[], input = ''): Promise<GitAnswer> {
  const settings = [...STEADY_CONFIG, await modeSetting(place.repository)];
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...settings.flatMap(setting => ['-c', setting]), ...args], {
      cwd: '/',
      env: { ...gitEnvironment(place.repository, place.path, place.view), ...BELFRY_AS_PERSON },
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let length = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      if (length < LONGEST) stdout.push(chunk);
      length += chunk.length;
    });
    child.stderr.on('data', (chunk: Buffer) => void (stderr.length < 64 && stderr.push(chunk)));
    // Git that ends early breaks the pipe; its exit status says why.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.once('error', error =>
      reject(
        'code' in error && error.code === 'ENOENT'
          ? noGitError(error)
          : gitError(args[0]!, place.repository, error.message, error),
      ),
    );
    child.once('close', (status, signal) => {
      const told = Buffer.concat(stderr).toString('utf8');
      if (status === null) return reject(gitError(args[0]!, place.repository, told || `ended by ${signal}`));
      resolve({ status, stdout: Buffer.concat(stdout).toString('utf8'), stderr: told });
    });
  });
}

/** The same for commands that have nothing to answer but success. @throws BelfryError `git` */
export async function mustGit(place: GitPlace, args: string[], input = ''): Promise<string> {
  const answer = await tryGit(place, args, input);
  if (answer.status === 0) return answer.stdout;
  throw gitError(args[0]!, place.repository, answer.stderr || `ended by status ${answer.status}`);
}

/** Trial merges need an author; so does a reflog, where one is kept. */
const BELFRY_AS_PERSON = {
  GIT_AUTHOR_NAME: 'belfry',
  GIT_AUTHOR_EMAIL: 'belfry@localhost',
  GIT_COMMITTER_NAME: 'belfry',
  GIT_COMMITTER_EMAIL: 'belfry@localhost',
};

/**
 * The worker's umask lets nobody else read what it writes. What it writes into a repository is for those who can read
 * the repository.
 */
async function modeSetting(repository: string): Promise<string> {
  const { mode } = await stat(repository).catch(() => ({ mode: 0o755 }));
  return `core.sharedRepository=0${((mode & 0o666) | 0o600).toString(8)}`;
}
