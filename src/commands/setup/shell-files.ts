/**
 * What shells and `man` look for by themselves: completion for bash and zsh, and the manual page. It goes below the `share` beside
 * the command's directory (/usr/local/share, ~/.local/share), where there is one that may be written.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { isDirectory } from '../../files/may.ts';
import { strangersOnTheWay, walkPath } from '../../host/home-owner.ts';
import type { SetupOptions } from './options.ts';
import { replaceText } from './replace-text.ts';

/** In the program, and below `share`. */
const FILES = [
  ['belfry.bash', 'bash-completion/completions/belfry'],
  ['belfry.zsh', 'zsh/site-functions/_belfry'],
  ['belfry.1', 'man/man1/belfry.1'],
] as const;

/** What the first lines of ours say. */
const OURS = /^(.*\n){0,2}.*Made by `npm run pages` from the program/;

/** Of the file system, and of a path that root does not follow. */
const IN_THE_WAY = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'permission'];

/** Gives whether that changed anything. Whatever is in the way there stays, and is no reason not to install. */
export async function installShellFiles({ source, bin }: SetupOptions): Promise<boolean> {
  const share = join(dirname(bin), 'share');
  if (!(await isDirectory(share))) return false;
  let changed = false;
  for (const [from, to] of FILES) {
    const text = await readFile(join(source, 'src/commands/shell', from), 'utf8');
    try {
      if (await place(join(share, to), text)) changed = true;
    } catch (error) {
      if (!IN_THE_WAY.includes(String((error as { code?: string }).code))) throw error;
    }
  }
  return changed;
}

async function place(path: string, text: string): Promise<boolean> {
  const there = await readFile(path, 'utf8').catch(() => null);
  if (there !== null && !OURS.test(there)) return false;
  // For root: where others may write, a link could lead anywhere.
  if (process.geteuid!() === 0 && (await strangersOnTheWay((await walkPath(path)).way, 0)) !== null)
    return false;
  await mkdir(dirname(path), { recursive: true });
  return replaceText(path, text, 0o644);
}

export async function removeShellFiles({ bin }: SetupOptions): Promise<void> {
  for (const [, to] of FILES) {
    const path = join(dirname(bin), 'share', to);
    const text = await readFile(path, 'utf8').catch(() => '');
    if (OURS.test(text)) await rm(path, { force: true }).catch(() => {});
  }
}
