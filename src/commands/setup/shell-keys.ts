/** Who would be locked out without belfry-shell. */
import type { Account } from '../../system/accounts.ts';
import { readKeyFiles } from '../../system/key-files.ts';
import { loginOfKey, parseAuthorizedKeys } from '../../users/authorized-keys.ts';

/** The keys of an account that start belfry-shell. */
export async function countShellKeys(owner: Account): Promise<number> {
  const { files } = await readKeyFiles({ ...owner, home: process.env.HOME ?? owner.home });
  const keys = files.flatMap(({ text }) => parseAuthorizedKeys(text));
  return keys.filter(key => loginOfKey(key).by === 'belfry-shell').length;
}
