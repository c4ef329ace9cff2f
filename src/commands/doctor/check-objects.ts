/** Whether git may read what repositories borrow, or lead to: of all others only the bare facts are announced. */
import { ownUid } from '../../files/may.ts';
import { examineObjects } from '../../git/examine-objects.ts';
import { linkedRefs } from '../../git/linked-refs.ts';
import type { Store } from '../../store/store.ts';
import { shellWord } from '../../text/printable.ts';
import type { CommandContext } from '../context.ts';
import { type Finding, problemAt } from './finding.ts';

export async function checkObjects(
  directories: string[],
  store: Store,
  context: CommandContext,
): Promise<Finding[]> {
  const settings = await context.settings();
  const trust = { owner: ownUid(), roots: await store.roots.list(), alternates: settings['git.alternates'] };
  const findings: Finding[] = [];
  for (const directory of directories) {
    const { problem } = await examineObjects(directory, trust);
    if (problem !== null)
      findings.push(
        finding(directory, {
          wanted: 'objects of its own, or ones that its writers may read',
          got: problem,
          alternates: settings['git.alternates'],
        }),
      );
    const [linked] = await linkedRefs(directory);
    if (linked !== undefined)
      findings.push(finding(directory, { wanted: 'refs of its own', got: `${linked} is a link` }));
  }
  return findings;
}

/** @param alternates the setting `git.alternates`, where borrowing is what is wrong */
function finding(
  subject: string,
  { wanted, got, alternates }: { wanted: string; got: string; alternates?: string[] },
): Finding {
  const find = `find ${shellWord(subject)} -type l   # remove the links that are not intended`;
  if (alternates === undefined) return problemAt('repositories', subject, { wanted, got, fix: find });
  // What stands there is kept: the setting is replaced as a whole.
  const set = `belfry config set git.alternates ${shellWord([...alternates, 'DIR'].join(','))}`;
  return problemAt('repositories', subject, {
    wanted,
    got,
    fix: `${find}\n# where borrowing from DIR is intended: ${set}`,
  });
}
