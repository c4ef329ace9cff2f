/** All branches and tags with what they point to, as a stream: a repository may have half a million. */
import type { GitPlace } from './git-process.ts';
import { streamGit } from './run-git.ts';

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
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of streamGit(place, args, '')) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(LF) + 1;
    rest = bytes.subarray(end);
    if (end > 0)
      yield bytes
        .toString('utf8', 0, end - 1)
        .split('\n')
        .map(toTip);
  }
}

const LF = 0x0a;

function toTip(line: string): RefTip {
  const space = line.indexOf(' ');
  return { id: line.slice(0, space), ref: line.slice(space + 1) };
}
