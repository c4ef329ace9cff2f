/** Moves refs, all of them or none. */
import type { GitPlace } from './git-process.ts';
import { tryGit } from './run-git.ts';

export interface RefMove {
  ref: string;
  /** Null: the ref goes. */
  to: string | null;
  /** What it must be before; null: it must not be there; undefined: whatever it is. */
  from?: string | null;
}

/** Gives null, or what git says when it has moved none of them. @throws BelfryError `git` when git cannot run */
export async function moveRefs(place: GitPlace, moves: readonly RefMove[]): Promise<string | null> {
  if (moves.length === 0) return null;
  const zero = '0'.repeat(idLength(moves));
  const input = moves.map(({ ref, to, from }) => {
    const before = from === undefined ? '' : (from ?? zero);
    return to === null ? `delete ${ref}\0${before}\0` : `update ${ref}\0${to}\0${before}\0`;
  });
  const { status, stderr } = await tryGit(
    place,
    ['update-ref', '--no-deref', '-z', '--stdin'],
    input.join(''),
    { writes: true },
  );
  return status === 0 ? null : stderr.trim().split('\n')[0] || `git update-ref ended by status ${status}`;
}

function idLength(moves: readonly RefMove[]): number {
  return moves.map(({ to, from }) => to ?? from).find(id => id != null)?.length ?? 40;
}
