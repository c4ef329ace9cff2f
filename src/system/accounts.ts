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

async function lookUp(user: string): Promise<Account | null> {
  const line = await run('getent', ['passwd', '--', user])
    .then(result => result.stdout.trim())
    .catch(() => '');
  const [name, , uid, gid, , home] = line.split(':');
  return name && uid && gid ? { name, uid: Number(uid), gid: Number(gid), home: home ?? '/' } : null;
}
