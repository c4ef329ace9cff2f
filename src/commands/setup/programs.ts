/**
 * What is put beside other commands: `belfry`, a small script that knows where the installation is, and which install.sh
 * can read again; and `belfry-shell`, a copy that needs nothing of the program, so that those whose keys start it can push
 * while the program is replaced, and after it is gone.
 */
import { lstat, mkdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BelfryError } from '../../errors.ts';
import type { Account } from '../../host/accounts.ts';
import { plural } from '../../text/plural.ts';
import { shellWord } from '../../text/printable.ts';
import { asOwner } from './as-owner.ts';
import { quoted } from './crontab.ts';
import { nodeOf, type SetupOptions } from './options.ts';
import { replaceText } from './replace-text.ts';

const MARKS = { belfry: /^# belfry: /m, 'belfry-shell': /# belfry-shell LOGIN: / };

export function commandPath({ bin }: SetupOptions): string {
  return join(bin, 'belfry');
}

/** @throws BelfryError `conflict` for programs of somebody else */
export async function checkPrograms({ bin }: SetupOptions): Promise<void> {
  for (const [name, mark] of Object.entries(MARKS)) {
    const path = join(bin, name);
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null || mark.test(text)) continue;
    throw new BelfryError('conflict', `${path} is another program: choose another directory with --bin`);
  }
}

/** The home of the installation that the command starts; null when there is none. */
export async function homeOfCommand(options: SetupOptions): Promise<string | null> {
  return commandNote((await readCommand(options)) ?? '', 'home');
}

/** Gives whether that changed anything. */
export async function installCommand(options: SetupOptions): Promise<boolean> {
  const { prefix, home, bin } = options;
  const made = (await stat(bin).catch(() => null)) === null ? bin : await madeBin(options);
  await mkdir(bin, { recursive: true });
  const text = `#!/bin/sh
# belfry: starts the installation below with the Node that it brings
# prefix: ${prefix}
# home: ${home}
# made: ${made}
[ "\${BELFRY_HOME-}" ] || BELFRY_HOME=${quoted(home)}
export BELFRY_HOME
NODE_COMPILE_CACHE=${quoted(join(prefix, 'cache'))}
export NODE_COMPILE_CACHE
exec ${quoted(nodeOf(options))} ${quoted(join(prefix, 'src/cli.ts'))} "$@"
`;
  return replaceText(commandPath(options), text, 0o755);
}

/** With the directory that was made for it, when nothing else is in there. */
export async function removeCommand(options: SetupOptions): Promise<void> {
  const made = await madeBin(options);
  await rm(commandPath(options), { force: true });
  if (made !== '') await rmdir(made).catch(() => {});
}

async function madeBin(options: SetupOptions): Promise<string> {
  return commandNote((await readCommand(options)) ?? '', 'made') ?? '';
}

/** What the script says of itself. */
function commandNote(text: string, name: 'home' | 'made'): string | null {
  return new RegExp(`^# ${name}: (.*)$`, 'm').exec(text)?.[1] ?? null;
}

async function readCommand(options: SetupOptions): Promise<string | null> {
  return readFile(commandPath(options), 'utf8').catch(() => null);
}

function shellPath({ bin }: SetupOptions): string {
  return join(bin, 'belfry-shell');
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
      `${path} stays: SSH keys of ${owner!.name} may start it, and not all of them can be read (${unsure}). When none does: rm ${shellWord(path)}`,
    );
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
