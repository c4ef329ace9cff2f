/** One `git push`, timed as the developer feels it: from its start until the prompt is back. */
import { spawn } from 'node:child_process';
import type { GitRepository } from '../../test/support/git-repository.ts';

export interface Pushed {
  /** Milliseconds since 1970, with a fraction. */
  startedAt: number;
  /** Milliseconds. */
  took: number;
}

/** @param refspecs e.g. `<commit>:refs/heads/main` */
export function push({ work, path, env }: GitRepository, refspecs: readonly string[]): Promise<Pushed> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.timeOrigin + performance.now();
    const child = spawn('git', ['push', '-q', path, ...refspecs], {
      cwd: work,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.on('error', reject);
    child.on('exit', status => {
      const took = performance.timeOrigin + performance.now() - startedAt;
      if (status === 0) resolve({ startedAt, took });
      else reject(new Error(`git push ended with status ${status}`));
    });
  });
}
