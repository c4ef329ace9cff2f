/** What is under a hook's name, as far as it must be known: whether it is belfry's, of which home, or somebody else's. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, RefusedFile } from '../files/file-error.ts';
import type { SafeDirectory } from '../files/safe-directory.ts';
import { HOOK_NAMES } from './hook-file.ts';
import { openPlace } from './hooks-directory.ts';

/**
 * Enough to know a hook by; a program of many megabytes is none of ours. Nothing for a link that leads nowhere, and for
 * what is no file.
 */
export async function firstBytes(directory: SafeDirectory, name: string, count = 65_536): Promise<string> {
  try {
    const bytes = await directory.readFile(name, { most: count, cut: true, links: 'follow' });
    return bytes?.toString('latin1') ?? '';
  } catch (error) {
    if (error instanceof RefusedFile) return '';
    throw error;
  }
}

/** The name of belfry's file in a dispatcher's directory. */
export const DISPATCHED_NAME = 'belfry';

/** True for a hook of any version of belfry, whatever paths it has. */
export function isBelfryHook(text: string): boolean {
  return /^#!.*\n# belfry's [a-z-]+:/.test(text);
}

/** Whether a file of belfry's has this name, and no link to one. */
export async function isOurs(directory: SafeDirectory, name: string): Promise<boolean> {
  return (
    (await directory.lstat(name))?.isFile() === true && isBelfryHook(await firstBytes(directory, name, 512))
  );
}

/** A path that installing wrote into a hook of belfry's. @param text one character per byte */
export function pathIn(text: string, key: 'app' | 'home'): string | null {
  const quoted = new RegExp(`^belfry_${key}='((?:[^']|'\\\\'')*)'$`, 'm').exec(text)?.[1];
  return quoted === undefined ? null : Buffer.from(quoted.replaceAll("'\\''", "'"), 'latin1').toString();
}

export interface OtherHome {
  home: string;
  /** `alive`: it still has its database. */
  state: 'alive' | 'gone';
}

/** The home that belfry's hooks in a directory report to, when that is another one; one that is alive before others. */
export async function findOtherHome(hooks: SafeDirectory, home: string): Promise<OtherHome | null> {
  let gone: OtherHome | null = null;
  for (const name of HOOK_NAMES) {
    const place = await openPlace(hooks, `${name}.d`).catch(() => null);
    await using dispatched = place?.directory ?? null;
    const texts = [await firstBytes(hooks, name)];
    if (dispatched !== null) texts.push(await firstBytes(dispatched, DISPATCHED_NAME));
    for (const text of texts) {
      const other = await otherHome(text, home);
      if (other?.state === 'alive') return other;
      gone ??= other;
    }
  }
  return gone;
}

/** The same home under another path is none. */
async function otherHome(text: string, home: string): Promise<OtherHome | null> {
  const other = isBelfryHook(text) ? pathIn(text, 'home') : null;
  if (other === null || other === '' || other === home) return null;
  const [theirs, own] = await Promise.all([other, home].map(path => stat(path).catch(() => null)));
  if (theirs != null && own != null && theirs.dev === own.dev && theirs.ino === own.ino) return null;
  const state = await stat(join(other, 'belfry.db')).then(
    () => 'alive' as const,
    // It may be another account's, and closed to this one.
    error => (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '') ? ('gone' as const) : ('alive' as const)),
  );
  return { home: other, state };
}

/**
 * Whether a hook runs every file of a directory beside it. Gitea's and Forgejo's do (`${hookname}.d/*`), and so do many
 * admins' own. Such a hook must not be moved into that directory: it would start itself without end.
 * @param text the hook as text; bytes that are none do no harm
 */
export function looksLikeDispatcher(name: string, text: string): boolean {
  const code = text.replace(/^\s*#.*$/gm, '');
  return code.includes(`${name}.d`) || VARIABLE_NAME.test(code);
}

/** `$0.d`, `${0}.d`, `${hookname}.d`, `"$hook".d`, `$(basename "$0").d`, `$(basename $0).d/` */
const VARIABLE_NAME = /\$(?:0|\{0\}|\w*(?:hook|name)\w*|\{\w*(?:hook|name)\w*\}|\(basename [^)]*\))"?\.d\b/i;
