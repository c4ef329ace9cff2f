/** Who would be locked out without belfry-shell. */
import { lstat } from 'node:fs/promises';
import type { Account } from '../../host/accounts.ts';
import { loginOfKey, parseAuthorizedKeys } from '../../host/authorized-keys.ts';
import { readKeyFiles } from '../../host/key-files.ts';
import { readSshdConfig, SSHD_CONFIG } from '../../host/sshd-config.ts';

export interface ShellKeys {
  /** The keys of an account that start belfry-shell, as far as they can be read. */
  count: number;
  /** Why there may be more, as a sentence; null: these are all. */
  unsure: string | null;
}

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
