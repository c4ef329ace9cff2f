/** Names of Unix accounts, looked up the way the system does it (passwd file, LDAP …). */
import { execFile } from 'node:child_process';

/** A directory service that does not answer must not keep anybody longer. */
const PATIENCE_MS = 10_000;
/** Very many files of one account are one question; somebody who becomes a member need not wait long. */
const GROUPS_MS = 5_000;

/** Rejects when the program fails. An import of node:util, for its `promisify`, takes the worker half a megabyte. */
const run = (program: string, args: string[]) =>
  new Promise<{ stdout: string }>((resolve, reject) => {
    execFile(program, args, { timeout: PATIENCE_MS }, (error, stdout) =>
      error === null ? resolve({ stdout }) : reject(error),
    );
  });

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

const groups = new Map<number, { at: number; numbers: Promise<number[]> }>();

/** Numbers of the groups that an account is in, as they were a few seconds ago; none when there is no such account. */
export function groupsOf(uid: number): Promise<number[]> {
  const known = groups.get(uid);
  if (known !== undefined && Math.abs(Date.now() - known.at) < GROUPS_MS) return known.numbers;
  const numbers = askForGroups(uid);
  groups.set(uid, { at: Date.now(), numbers });
  return numbers;
}

async function askForGroups(uid: number): Promise<number[]> {
  const account = await findAccount(uid);
  if (account === null) return [];
  const out = await run('id', ['-G', '--', account.name]).then(
    result => result.stdout,
    () => '',
  );
  return out.trim().split(' ').filter(Boolean).map(Number);
}

/** A line of the group database, `name:password:number:members`; empty when there is no such group. */
export async function groupLine(gid: number): Promise<string> {
  return run('getent', ['group', '--', String(gid)]).then(
    result => result.stdout.trim(),
    () => '',
  );
}

/** The program that sshd runs for an account; null when there is no such account. */
export async function loginShell(uid: number): Promise<string | null> {
  const line = await run('getent', ['passwd', '--', String(uid)]).then(
    result => result.stdout.trim(),
    () => '',
  );
  return line === '' ? null : line.split(':')[6] || '/bin/sh';
}

async function lookUp(user: string): Promise<Account | null> {
  const line = await run('getent', ['passwd', '--', user])
    .then(result => result.stdout.trim())
    .catch(() => '');
  const [name, , uid, gid, , home] = line.split(':');
  return name && uid && gid ? { name, uid: Number(uid), gid: Number(gid), home: home ?? '/' } : null;
}
