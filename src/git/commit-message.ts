/** The message of one commit, as text. */
import type { GitPlace } from './stream-git.ts';
import { mustGit } from './try-git.ts';

/** @param id of a commit @throws BelfryError `git` */
export async function commitMessage(place: GitPlace, id: string): Promise<string> {
  const args = ['show', '--no-patch', '--no-show-signature', '--encoding=UTF-8', '--format=%B', id];
  return mustGit(place, args);
}
