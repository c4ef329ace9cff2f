/** The command `belfry`: a small script that knows where the installation is, and which install.sh can read again. */
import { mkdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BelfryError } from '../../errors.ts';
import { quoted } from './crontab.ts';
import { nodeOf, type SetupOptions } from './options.ts';
import { replaceText } from './replace-text.ts';

const MARK = '# belfry: ';

export function commandPath({ bin }: SetupOptions): string {
  return join(bin, 'belfry');
}

/** @throws BelfryError `conflict` for a program of somebody else */
export async function checkCommand(options: SetupOptions): Promise<void> {
  const text = await readCommand(options);
  if (text === null || text.split('\n').some(line => line.startsWith(MARK))) return;
  throw new BelfryError(
    'conflict',
    `${commandPath(options)} is another program: choose another directory with --bin`,
  );
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
