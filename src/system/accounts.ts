/** Names of Unix accounts, looked up the way the system does it (passwd file, LDAP …). */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Account {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

const cache = new Map<number | string, Account | null>();

/** @param user a number or a name. Null when there is no such account. */
export async function findAccount(user: number | string): Promise<Account | null> {
  if (!cache.has(user)) cache.set(user, await lookUp(String(user)));
  return cache.get(user)!;
}

/** Numbers of the groups that an account is in; none when there is no such account. */
export async function groupsOf(uid: number): Promise<number[]> {
  const account = await findAccount(uid);
  if (account === null) return [];
  // Not remembered: somebody may become a member while the worker runs.
  const out = await run('id', ['-G', '--', account.name]).then(
    result => result.stdout,
    () => '',
  );
  return out.trim().split(' ').filter(Boolean).map(Number);
}

async function lookUp(user: string): Promise<Account | null> {
  const line = await run('getent', ['passwd', '--', user])
    .then(result => result.stdout.trim())
    .catch(() => '');
  const [name, , uid, gid, , home] = line.split(':');
  return name && uid && gid ? { name, uid: Number(uid), gid: Number(gid), home: home ?? '/' } : null;
}
