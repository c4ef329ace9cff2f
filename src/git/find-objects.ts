/** What the pushed ids are: one process for all of them. Annotated tags are followed to what they stand for. */
import type { GitPlace } from './git-process.ts';
import { ObjectReader, Unread } from './object-reader.ts';

export interface FoundObject {
  id: string;
  type: string;
}

/**
 * @param names object ids, or ids with `^{}` behind them for what a tag stands for in the end
 * @returns for each name what it is, or that it is missing or cannot be read
 * @throws BelfryError `git` when git answers nothing at all
 */
export async function findObjects(
  place: GitPlace,
  names: readonly string[],
): Promise<Map<string, FoundObject | Unread>> {
  if (names.length === 0) return new Map();
  using reader = new ObjectReader(place, 'types');
  const found = await Promise.all(names.map(name => reader.read(name)));
  if (!reader.answered) throw reader.failure ?? (found[0] as Unread).cause;
  return new Map(names.map((name, index) => [name, found[index]!]));
}

/** Of those that can be read. @throws BelfryError `git` */
export async function findTypes(place: GitPlace, ids: readonly string[]): Promise<Map<string, string>> {
  const found = await findObjects(place, ids);
  return new Map([...found].flatMap(([id, one]) => (one instanceof Unread ? [] : [[id, one.type]])));
}
