/** Whether everybody who may push to a repository can leave the push in this home's spool. */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findAccount } from '../../host/accounts.ts';
import { othersMayWrite } from '../../host/others-may-write.ts';
import type { Store } from '../../store/store.ts';
import { shellWord } from '../../text/printable.ts';
import { type Finding, problemAt } from './finding.ts';

type Lockout = Pick<Finding, 'wanted' | 'got' | 'fix'>;

/** One finding for each kind, with the first repository and how many there are. */
export async function checkPushers(home: string, app: string, store: Store): Promise<Finding[]> {
  const owner = await stat(home);
  const kinds = new Map<string, { first: string; count: number; found: Lockout }>();
  for (const { directory } of await store.repositories.list()) {
    const refs = await stat(join(directory, 'refs')).catch(() => null);
    if (refs === null) continue;
    const found = await lockedOut(directory, refs, { home, app, owner });
    if (found === null) continue;
    const same = kinds.get(found.wanted);
    if (same === undefined) kinds.set(found.wanted, { first: directory, count: 1, found });
    else same.count++;
  }
  return [...kinds.values()].map(({ first, count, found }) =>
    problemAt('repositories', count === 1 ? first : `${first} and ${count - 1} more`, found),
  );
}

async function lockedOut(
  directory: string,
  refs: Stats,
  { home, app, owner }: { home: string; app: string; owner: Stats },
): Promise<Lockout | null> {
  const give = (name: string) =>
    `sudo ${shellWord(join(app, 'install.sh'))} --prefix ${shellWord(app)} --home ${shellWord(home)} --user ${name}`;
  if (owner.uid === 0) {
    const why = await othersMayWrite(directory);
    if (why === null) return null;
    return {
      wanted: 'repositories that only root may change, since root owns the home',
      got: `${why}; its pushes are not announced, since root's worker does not run git there`,
      fix: give(refs.uid === 0 ? 'NAME' : await nameOf(refs.uid)),
    };
  }
  const own = (await findAccount(owner.uid))?.gid ?? owner.gid;
  if ((refs.mode & 0o020) !== 0 && refs.gid !== own) {
    const isOpen = (owner.mode & 0o010) !== 0 && owner.gid === refs.gid;
    if (isOpen) return null;
    return {
      wanted: `a spool open to the group that may push, ${refs.gid}`,
      got: 'a closed one; pushes of other members are not announced',
      fix: `belfry install ${shellWord(directory)}   # names what prevents it`,
    };
  }
  if (refs.uid === owner.uid || refs.uid === 0) return null;
  const at = shellWord(directory);
  return {
    wanted: `repositories of ${await nameOf(owner.uid)}, who owns the home, or of a group that it is open to`,
    got: `one of ${await nameOf(refs.uid)}, whose pushes are not announced`,
    fix: [
      `git -C ${at} config core.sharedRepository group`,
      `# then, with the group that the home is to be open to: sudo chgrp -R GROUP ${at} && sudo chmod -R g+rwX ${at} && sudo find ${at} -type d -exec chmod g+s {} +`,
      `# and \`belfry install\`, see "Several Unix accounts" in ${shellWord(join(app, 'docs', 'operations.md'))}`,
    ].join('\n'),
  };
}

async function nameOf(uid: number): Promise<string> {
  return (await findAccount(uid))?.name ?? String(uid);
}
