/** Names of Unix accounts, looked up the way the system does it (passwd file, LDAP …). */
import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';

/** A directory service that does not answer must not keep anybody longer. */
const PATIENCE_MS = 10_000;
/** Very many files of one account are one question; somebody who becomes a member need not wait long. */
const GROUPS_MS = 5_000;

/** Rejects when the program fails. */
const run = (program: string, args: string[]) => promisify(execFile)(program, args, { timeout: PATIENCE_MS });

export interface Account {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

/**
 * The home directory of the account that this process runs as; `/` for one that nobody knows. Cron and system services
 * may start it without HOME, and git fails at a `~/` in its settings then.
 */
export function ownDirectory(): string {
  try {
    return userInfo().homedir || '/';
  } catch {
    return '/';
  }
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

/** The accounts that are in a group, as far as the machine lists them: those of a directory service are where they are named. */
export async function membersOf(gid: number): Promise<Account[]> {
  const named = (await groupLine(gid)).split(':')[3]?.split(',').filter(Boolean) ?? [];
  const listed = await run('getent', ['passwd']).then(
    ({ stdout }) => stdout.trim().split('\n').map(accountOf),
    () => [],
  );
  const members = new Map<string, Account>();
  for (const account of listed) if (account?.gid === gid) members.set(account.name, account);
  for (const name of named.slice(0, MOST_MEMBERS)) {
    const account = listed.find(one => one?.name === name) ?? (await findAccount(name));
    if (account !== null) members.set(name, account);
  }
  return [...members.values()].slice(0, MOST_MEMBERS);
}

const MOST_MEMBERS = 1_000;

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
  return accountOf(line);
}

/** @param line of the account database: `name:password:uid:gid:comment:home:shell` */
function accountOf(line: string): Account | null {
  const [name, , uid, gid, , home] = line.split(':');
  return name && uid && gid ? { name, uid: Number(uid), gid: Number(gid), home: home ?? '/' } : null;
}

/** The account's name, or its number where it has none. */
export async function accountName(uid: number): Promise<string> {
  return (await findAccount(uid))?.name ?? String(uid);
}
