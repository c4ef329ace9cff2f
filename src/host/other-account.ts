/** Whether a process runs as somebody else than the home's owner: the database is not for it. */
import { stat } from 'node:fs/promises';
import { findAccount } from './accounts.ts';

/** Names of the owner and of the account with that id; null when they are the same. */
export async function otherAccount(
  home: string,
  uid: number,
): Promise<{ owner: string; own: string } | null> {
  const owner = (await stat(home)).uid;
  if (owner === uid) return null;
  const [theirs, own] = [await findAccount(owner), await findAccount(uid)];
  return { owner: theirs?.name ?? String(owner), own: own?.name ?? String(uid) };
}
