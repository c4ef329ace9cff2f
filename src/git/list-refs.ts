/** All branches and tags with what they point to, as a stream: a repository may have half a million. */
import type { GitPlace } from './git-process.ts';
import { streamLines } from './run-git.ts';

export interface RefTip {
  ref: string;
  id: string;
}

/**
 * Ordered by the bytes of the ref's name, in arrays of some thousand.
 * @throws BelfryError `git`
 */
export async function* listRefs(place: GitPlace): AsyncGenerator<RefTip[], void> {
  const args = ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags'];
  for await (const lines of streamLines(place, args)) yield lines.map(toTip);
}

function toTip(line: string): RefTip {
  const space = line.indexOf(' ');
  return { id: line.slice(0, space), ref: line.slice(space + 1) };
}
