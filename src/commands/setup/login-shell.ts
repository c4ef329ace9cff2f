/**
 * `belfry-shell` beside the command `belfry`: a copy that needs nothing of the program, so that those whose keys start it can
 * push while the program is replaced, and after it is gone.
 */
import { lstat, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BelfryError } from '../../errors.ts';
import type { Account } from '../../host/accounts.ts';
import { plural } from '../../text/plural.ts';
import { shellWord } from '../../text/shell-word.ts';
import { asOwner } from './as-owner.ts';
import type { SetupOptions } from './options.ts';
import { replaceText } from './replace-text.ts';

const MARK = '# belfry-shell LOGIN: ';

function shellPath({ bin }: SetupOptions): string {
  return join(bin, 'belfry-shell');
}

/** @throws BelfryError `conflict` for a program of somebody else */
export async function checkLoginShell(options: SetupOptions): Promise<void> {
  const text = await readFile(shellPath(options), 'utf8').catch(() => null);
  if (text === null || text.includes(MARK)) return;
  throw new BelfryError(
    'conflict',
    `${shellPath(options)} is another program: choose another directory with --bin`,
  );
}

/** Gives whether that changed anything. */
export async function installLoginShell(options: SetupOptions): Promise<boolean> {
  const text = await readFile(join(options.source, 'hooks/belfry-shell'), 'utf8');
  return replaceText(shellPath(options), text, 0o755);
}

/** It stays as long as keys start it. @param owner of the home; null where there is none */
export async function removeLoginShell(
  options: SetupOptions,
  owner: Account | null,
  say: (text: string) => void,
): Promise<void> {
  const path = shellPath(options);
  const { count, unsure } =
    owner === null ? { count: 0, unsure: null } : await asOwner(owner, 'countShellKeys', owner);
  if (count > 0) say(`${path} stays: ${plural(count, 'SSH key')} of ${owner!.name} cannot log in without it`);
  else if (unsure === null) await rm(path, { force: true });
  else if (await isThere(path))
    say(
      `${path} stays: SSH keys of ${owner!.name} may start it, not all of them can be seen (${unsure}). When none does: rm ${shellWord(path)}`,
    );
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
