/**
 * Does the same to many repositories, a few at a time, with a progress bar on a terminal when it is going to take a
 * while. What fails for one repository does not stop the others.
 */
import pMap, { pMapSkip } from 'p-map';
import { BelfryError, isStoreError } from '../../errors.ts';
import { progress } from '../progress.ts';

/** Most of the time goes into waiting for git and the disk. */
const AT_ONCE = 4;

export interface Failure {
  directory: string;
  code: string;
  message: string;
  hint: string | null;
}

export interface WorkedThrough<T> {
  done: T[];
  failed: Failure[];
}

/** Gives the results in the order of the directories. Throws what is no BelfryError. */
export async function workThrough<T>(
  directories: readonly string[],
  work: (directory: string) => Promise<T>,
): Promise<WorkedThrough<T>> {
  const bar = await progress(directories.length, 'repositories');
  const failed: Failure[] = [];
  const attempt = async (directory: string): Promise<T | typeof pMapSkip> => {
    try {
      return await work(directory);
    } catch (error) {
      if (!(error instanceof BelfryError) || isStoreError(error)) throw error;
      failed.push({ directory, code: error.code, message: error.message, hint: error.hint ?? null });
      return pMapSkip;
    } finally {
      bar?.step();
    }
  };
  try {
    const done = await pMap(directories, attempt, { concurrency: AT_ONCE });
    const order = new Map(directories.map((directory, at) => [directory, at]));
    return { done, failed: failed.sort((a, b) => order.get(a.directory)! - order.get(b.directory)!) };
  } finally {
    bar?.stop();
  }
}
