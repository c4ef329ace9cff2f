/** Processes that work on a repository, to be seen and ended: a git that waits for a pipe does not end by itself. */
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { endProcess } from './processes-of.ts';
import { must } from './run.ts';

/** Process ids of the gits that were started on a directory. */
export function gitsIn(directory: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`GIT_DIR=${directory}`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/**
 * Makes every git hang that works on a repository: it opens a pipe into which nobody writes. Gives what makes it well
 * again, and ends those that have waited in vain.
 */
export async function letGitHang(directory: string): Promise<() => void> {
  const config = join(directory, 'config');
  renameSync(config, `${config}.away`);
  await must('mkfifo', [config], { env: { PATH: process.env.PATH ?? '' } });
  return () => {
    rmSync(config);
    renameSync(`${config}.away`, config);
    for (const pid of gitsIn(directory)) endProcess(pid, 'SIGKILL');
  };
}
