/** Which files a branch changes against another one: all of them, or nothing is said. */
import type { GitPlace } from './git-process.ts';
import { DEFAULT_LIMITS } from './push-limits.ts';
import { RestPaths } from './rest-paths.ts';

/** @param other commit that it is compared with, from where both parted @returns null when not all of them are known */
export async function changedFiles(place: GitPlace, other: string, head: string): Promise<string[] | null> {
  using rests = new RestPaths(place, DEFAULT_LIMITS);
  const left = await rests.leftAt(head, other);
  if (left instanceof Error) return null;
  const found = await rests.between(left, head, []);
  return typeof found === 'string' ? null : [...found.added, ...found.removed, ...found.modified];
}
