/** The message of one commit as text, however long it is: of a giant only the beginning. */

import type { GitPlace } from './git-process.ts';
import { DEFAULT_LIMITS } from './push-limits.ts';
import { streamGit } from './run-git.ts';

export interface CommitMessage {
  text: string;
  /** It goes on. */
  cut: boolean;
}

/** @param id of a commit @throws BelfryError `git` */
export async function commitMessage(place: GitPlace, id: string): Promise<CommitMessage> {
  const args = ['rev-list', '--max-count=1', '--encoding=UTF-8', '--format=%B', '--stdin'];
  const most = DEFAULT_LIMITS.messageBytes;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of streamGit(place, args, `${id}\n`)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > most) break;
  }
  const bytes = Buffer.concat(chunks).subarray(0, most);
  // The first line is git's own: `commit <id>`.
  const text = new TextDecoder().decode(bytes.subarray(bytes.indexOf('\n') + 1), { stream: length > most });
  return { text, cut: length > most };
}
