/** Who may push into a repository: the owner, the group and the mode of its refs. */
import type { Stats } from 'node:fs';
import { openDirectory } from '../files/safe-directory.ts';

/** Through no link: a member could have the spool opened to a group of his choice. @throws what the system says */
export async function statRefs(path: string): Promise<Stats> {
  await using repository = await openDirectory(path, { links: 'refuse' });
  await using refs = await repository.directory('refs');
  return await refs.stat();
}
