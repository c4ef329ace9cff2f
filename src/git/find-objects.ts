/** What the pushed ids are: one process for all of them. Annotated tags are followed to what they stand for. */
import { type GitPlace, streamGit } from './stream-git.ts';

export interface FoundObject {
  id: string;
  type: 'commit' | 'tag' | 'tree' | 'blob';
}

/**
 * @param names object ids, or ids with `^{}` behind them for what a tag stands for in the end
 * @returns for each name what it is, or null when the repository has no such object (any more)
 */
export async function findObjects(
  place: GitPlace,
  names: readonly string[],
): Promise<Map<string, FoundObject | null>> {
  const found = new Map<string, FoundObject | null>();
  if (names.length === 0) return found;
  const args = ['cat-file', '--batch-check=%(objectname) %(objecttype)', '--buffer'];
  let next = 0;
  let rest = '';
  for await (const chunk of streamGit(place, args, `${names.join('\n')}\n`)) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop()!;
    for (const line of lines) found.set(names[next++]!, parse(line));
  }
  return found;
}

/** `<id> <type>`, or `<name> missing`. */
function parse(line: string): FoundObject | null {
  const [id = '', type = ''] = line.split(' ');
  return type === 'commit' || type === 'tag' || type === 'tree' || type === 'blob' ? { id, type } : null;
}
