/** The commits at the edge of a shallow repository: their parents are not there, and count as none. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitPlace } from './git-process.ts';

/** 400,000 commits. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Empty for nearly every repository. What cannot be read git itself says, when a parent is missing. */
export async function shallowCommits({ repository }: GitPlace): Promise<Set<string>> {
  if (repository === null) return new Set();
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(join(repository, 'shallow'), O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => null);
  if (file === null) return new Set();
  try {
    if (!(await file.stat()).isFile()) return new Set();
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(MOST_BYTES), 0, MOST_BYTES, 0);
    return new Set(buffer.toString('latin1', 0, bytesRead).split('\n').filter(Boolean));
  } finally {
    await file.close();
  }
}
