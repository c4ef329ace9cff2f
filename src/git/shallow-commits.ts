/** The commits at the edge of a shallow repository: their parents are not there, and count as none. */
import { join } from 'node:path';
import { readFileAt } from '../files/safe-directory.ts';
import type { GitPlace } from './git-process.ts';

/** 400,000 commits. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Empty for nearly every repository. What cannot be read is told by git itself, when a parent is missing. */
export async function shallowCommits({ repository }: GitPlace): Promise<Set<string>> {
  if (repository === null) return new Set();
  const file = join(repository, 'shallow');
  const bytes = await readFileAt(file, { most: MOST_BYTES, cut: true }).catch(() => null);
  return new Set(bytes?.toString('latin1').split('\n').filter(Boolean));
}
