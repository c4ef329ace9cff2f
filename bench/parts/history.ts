/** Commits by the thousand, in one call of git, made before anything is measured. */

import type { GitRepository } from '../../test/support/git-repository.ts';
import { must } from '../../test/support/run.ts';

/** Adds commits that change one line of one file each. Gives their ids, the oldest first. @param ref in the clone */
export async function makeCommits(
  { work, env }: GitRepository,
  count: number,
  ref = 'refs/heads/bench',
): Promise<string[]> {
  const commands = Array.from({ length: count }, (_, n) => {
    const message = `Ring the bell for the time ${n}\n`;
    const text = `${n}\n`;
    const parent = n === 0 ? '' : `from :${n}\n`;
    return [
      `commit ${ref}\nmark :${n + 1}\n`,
      `committer Li Si <li-si@example.com> ${1_700_000_000 + n} +0000\n`,
      `data ${message.length}\n${message}${parent}M 100644 inline count.txt\ndata ${text.length}\n${text}\n`,
    ].join('');
  });
  await must('git', ['fast-import', '--quiet', '--done'], {
    cwd: work,
    env,
    stdin: `${commands.join('')}done\n`,
  });
  const listed = await must('git', ['rev-list', '--reverse', ref], { cwd: work, env });
  return listed.trimEnd().split('\n');
}
