/** Removes what is in a home, as its owner, and follows no link: who may drop files into the spool may put one anywhere. */
import { join } from 'node:path';
import { openDirectory, type SafeDirectory } from '../../files/safe-directory.ts';

/** Deeper than anything that belfry makes. */
const DEEPEST = 50;

/** Gives the paths that are still there, because they are somebody else's. */
export async function emptyHome(home: string): Promise<string[]> {
  await using directory = await openDirectory(home, { links: 'follow' });
  // Awaited here: the descriptor is closed on the way out.
  return await empty(directory, 0);
}

async function empty(directory: SafeDirectory, depth: number): Promise<string[]> {
  const left: string[] = [];
  const names = await directory.list(Number.POSITIVE_INFINITY).catch(() => null);
  if (names === null || depth > DEEPEST) return [directory.path];
  for (const name of names) left.push(...(await remove(directory, name, depth)));
  return left;
}

async function remove(directory: SafeDirectory, name: string, depth: number): Promise<string[]> {
  const path = join(directory.path, name);
  const info = await directory.lstat(name);
  if (info === null) return [];
  try {
    if (!info.isDirectory()) await directory.unlink(name);
    else if (!(await directory.rmdir(name).catch(() => false))) {
      const left = await inside(directory, name, depth);
      if (left.length > 0) return left;
      await directory.rmdir(name);
    }
    return [];
  } catch {
    return [path];
  }
}

async function inside(directory: SafeDirectory, name: string, depth: number): Promise<string[]> {
  await using below = await directory.directory(name);
  return await empty(below, depth + 1);
}
