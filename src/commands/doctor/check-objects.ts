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
      findings.push(finding(directory, 'objects of its own, or ones that its writers may read', problem));
    const [linked] = await linkedRefs(directory);
    if (linked !== undefined) findings.push(finding(directory, 'refs of its own', `${linked} is a link`));
  }
  return findings;
}

function finding(subject: string, wanted: string, got: string): Finding {
  const path = shellWord(subject);
  return problemAt('repositories', subject, {
    wanted,
    got,
    fix: `find ${path} -type l   # remove the links that are not intended\nbelfry config set git.alternates DIR   # where borrowing from DIR is intended`,
  });
}
