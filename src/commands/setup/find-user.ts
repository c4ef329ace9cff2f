/** Whose the home, the worker and the hooks are. */
import { stat } from 'node:fs/promises';
import process from 'node:process';
import { BelfryError } from '../../errors.ts';
import { type Account, findAccount } from '../../host/accounts.ts';
import { homeOwner } from '../../host/home-owner.ts';
import { findRepositories } from '../../installer/find-repositories.ts';
import type { SetupOptions } from './options.ts';

/** @throws BelfryError `usage` or `permission` */
export async function findUser({ user, home, directories }: SetupOptions): Promise<Account> {
  const own = process.geteuid!();
  if (own !== 0) {
    const account = await accountOf(own, 'This user');
    if (user !== null && user !== account.name)
      throw new BelfryError('permission', `--user ${user}: only root can install for somebody else`);
    return account;
  }
  if (user !== null) {
    const account = await findAccount(user);
    if (account === null) throw new BelfryError('usage', `--user ${user}: no such user`);
    return account;
  }
  const owner = await homeOwner(home);
  if (owner !== null) return accountOf(owner.uid, `The owner of the home ${home}`);
  const [first] = directories;
  return accountOf(first === undefined ? 0 : await ownerBelow(first), 'The owner of the first DIR');
}

/** The owner of a directory; where that is root, the owner of the first repository below it. */
async function ownerBelow(directory: string): Promise<number> {
  const found = await stat(directory).catch(() => null);
  if (found === null || found.uid !== 0 || !found.isDirectory()) return found?.uid ?? 0;
  // Links count as for the account that owns them: whose the home will be is what is asked here.
  for await (const { directory: repository } of findRepositories(directory, { owner: 0 }))
    return (await stat(repository)).uid;
  return 0;
}

async function accountOf(uid: number, who: string): Promise<Account> {
  const account = await findAccount(uid);
  if (account !== null) return account;
  throw new BelfryError(
    'permission',
    `${who} has no account: use --user NAME to say who shall own the installation`,
  );
}
