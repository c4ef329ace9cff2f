/** Gives a home that root owns to the account that shall own it: root's worker cannot be trusted with other people's repositories. */
import { BelfryError } from '../../errors.ts';
import type { Account } from '../../host/accounts.ts';
import { giveTree } from '../../host/give-away.ts';

/** @param home whose worker has been stopped @throws BelfryError `conflict` when something in it cannot be given */
export async function giveHome(home: string, account: Account): Promise<void> {
  const left = await giveTree(home, account);
  if (left.length === 0) return;
  throw new BelfryError('conflict', `not all of ${home} could be given to ${account.name}: ${left[0]}`, {
    hint: 'Remove what that names, and run this again.',
  });
}
