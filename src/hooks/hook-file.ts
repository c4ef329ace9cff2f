/**
 * The hooks that belfry brings, and how their text is made: the two paths are written into the file, so that a hook
 * depends on no environment variable and on no PATH.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProblem } from './file-problem.ts';

/** Names of the hooks; the source of each is `<app>/hooks/<name>`. */
export const HOOK_NAMES = ['post-receive', 'proc-receive'] as const;
export type HookName = (typeof HOOK_NAMES)[number];

export interface Installation {
  /** The directory of the program: it holds `hooks`, `src` and `node_modules`. Absolute. */
  app: string;
  /** BELFRY_HOME. Absolute. */
  home: string;
}

/** The hook's text for one installation. @throws BelfryError when the program's own file cannot be read */
export async function renderHook(name: HookName, { app, home }: Installation): Promise<string> {
  const source = join(app, 'hooks', name);
  const text = await readFile(source, 'utf8').catch(error => {
    throw fileProblem(error, `read ${source}`);
  });
  return text
    .replace(/^belfry_app=.*$/m, () => `belfry_app=${shellQuoted(app)}`)
    .replace(/^belfry_home=.*$/m, () => `belfry_home=${shellQuoted(home)}`);
}

/** True for a hook of any version of belfry, whatever paths it has. */
export function isBelfryHook(text: string): boolean {
  return /^#!.*\n# belfry's [a-z-]+:/.test(text);
}

/** Between single quotes nothing means anything to a shell, but the quote itself. */
function shellQuoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
