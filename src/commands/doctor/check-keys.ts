/** Whether the SSH keys of the home's owner say who pushes: else everybody is that one account, in silence. */
import { constants } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { may } from '../../files/may.ts';
import { findAccount, loginShell } from '../../host/accounts.ts';
import { readKeyFiles } from '../../host/key-files.ts';
import { readSshdConfig } from '../../host/sshd-config.ts';
import { examineKeys } from './examine-keys.ts';
import type { Finding } from './finding.ts';

/** @param env HOME, whose keys are looked at, and PATH, where belfry-shell may be */
export async function checkKeys(
  home: string,
  app: string,
  env: Record<string, string | undefined>,
): Promise<Finding[]> {
  const { uid } = await stat(home);
  const account = await findAccount(uid);
  if (account === null) return [];
  const sshd = await readSshdConfig();
  const owner = { ...account, home: env.HOME ?? account.home };
  return examineKeys(await readKeyFiles(owner, sshd?.keyFiles), {
    account: account.name,
    home: owner.home,
    shell: await loginShell(uid),
    sshd,
    program: await findProgram(app, owner.home, env.PATH ?? ''),
  });
}

/** The one that install.sh has put beside the command: it outlives the program. */
async function findProgram(app: string, home: string, path: string): Promise<string> {
  for (const directory of [...path.split(':'), join(home, '.local/bin')]) {
    const program = join(directory, 'belfry-shell');
    if (isAbsolute(directory) && (await may(program, constants.X_OK))) return program;
  }
  return join(app, 'hooks/belfry-shell');
}
