/**
 * The files whose keys let somebody log in as an account, read without following what lies in the account's home; and how many
 * of the keys need belfry-shell.
 */
import { lstat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { RefusedFile } from '../files/file-error.ts';
import { openDirectory, readFileAt, type SafeDirectory } from '../files/safe-directory.ts';
import type { Account } from './accounts.ts';
import { loginOfKey, parseAuthorizedKeys } from './authorized-keys.ts';
import { readSshdConfig, SSHD_CONFIG } from './sshd-config.ts';

export interface KeyOwner {
  name: string;
  uid: number;
  /** As sshd knows it. */
  home: string;
}

export interface KeyFiles {
  files: { path: string; text: string }[];
  /** Why a file was not read, one sentence for each. */
  refused: string[];
}

/** Thousands of keys have room. */
const MOST_BYTES = 4_000_000;

/** @param names as `AuthorizedKeysFile` has them; by default those of this machine's sshd */
export async function readKeyFiles(owner: KeyOwner, names?: string[]): Promise<KeyFiles> {
  const found: KeyFiles = { files: [], refused: [] };
  for (const name of names ?? (await readSshdConfig())?.keyFiles ?? USUAL) {
    const path = resolve(owner.home, filledIn(name, owner));
    try {
      const bytes = await read(owner.home, path);
      if (bytes !== null) found.files.push({ path, text: bytes.toString('utf8') });
    } catch (error) {
      if (error instanceof RefusedFile) found.refused.push(error.message);
      else if (!ABSENT.has(String((error as NodeJS.ErrnoException).code)))
        found.refused.push((error as Error).message);
    }
  }
  return found;
}

const USUAL = ['.ssh/authorized_keys', '.ssh/authorized_keys2'];
const ABSENT = new Set(['ENOENT', 'ENOTDIR']);

/** sshd_config(5), TOKENS. */
function filledIn(name: string, { name: user, uid, home }: KeyOwner): string {
  const tokens: Record<string, string> = { h: home, u: user, U: String(uid), '%': '%' };
  return name.replace(/%(.)/g, (whole, letter) => tokens[letter] ?? whole);
}

async function read(home: string, path: string): Promise<Buffer | null> {
  const below = relative(home, path);
  if (below.startsWith('../')) return readFileAt(path, { most: MOST_BYTES });
  await using directory = await descend(home, dirname(below));
  return await directory.readFile(basename(path), { most: MOST_BYTES });
}

/** The home itself may be reached by a link, what lies in it may not. */
async function descend(home: string, below: string): Promise<SafeDirectory> {
  let directory = await openDirectory(home, { links: 'follow' });
  for (const name of join(below)
    .split('/')
    .filter(part => part !== '.')) {
    await using parent = directory;
    directory = await parent.directory(name);
  }
  return directory;
}

export interface ShellKeys {
  /** The keys of an account that start belfry-shell, as far as they can be read. */
  count: number;
  /** Why there may be more, as a sentence; null: these are all. */
  unsure: string | null;
}

/** Who would be locked out without belfry-shell. */
export async function countShellKeys(owner: Account): Promise<ShellKeys> {
  const { files, refused } = await readKeyFiles({ ...owner, home: process.env.HOME ?? owner.home });
  const keys = files.flatMap(({ text }) => parseAuthorizedKeys(text));
  const count = keys.filter(key => loginOfKey(key).by === 'belfry-shell').length;
  return { count, unsure: refused[0] ?? (await whyUnsure()) };
}

async function whyUnsure(): Promise<string | null> {
  if ((await lstat(SSHD_CONFIG).catch(() => null)) === null) return null;
  const config = await readSshdConfig();
  if (config === null) return `${SSHD_CONFIG} cannot be read`;
  return config.isAll ? null : `${SSHD_CONFIG} has Match or AuthorizedKeysCommand`;
}
