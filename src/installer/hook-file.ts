/**
 * The hooks that belfry brings, and how their text is made: the two paths and what hooks share are written into the file,
 * so that a hook depends on no environment variable, on no PATH and on no other file.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProblem } from '../files/file-error.ts';

/** Names of the hooks; the source of each is `<app>/hooks/<name>`. */
export const HOOK_NAMES = ['post-receive', 'proc-receive', 'reference-transaction'] as const;
export type HookName = (typeof HOOK_NAMES)[number];

export interface HookNeeds {
  /** It asks for a ref check whenever a ref moves. */
  watched?: boolean;
  /** It takes pushes to refs/for as merge requests, or says why not. */
  requests?: boolean;
}

/** Those that a repository has. */
export function hookNames({ watched = false, requests = false }: HookNeeds = {}): HookName[] {
  const needed = { 'post-receive': true, 'proc-receive': requests, 'reference-transaction': watched };
  return HOOK_NAMES.filter(name => needed[name]);
}

export interface Installation {
  /** The directory of the program: it holds `hooks`, `src` and `node_modules`. Absolute. */
  app: string;
  /** BELFRY_HOME. Absolute. */
  home: string;
}

/** The hook's text for one installation. @throws BelfryError when the program's own file cannot be read */
export async function renderHook(name: HookName, { app, home }: Installation): Promise<string> {
  const directory = join(app, 'hooks');
  const text = await readSource(join(directory, name));
  const shared = INCLUDE.test(text) ? await readSource(join(directory, 'common.sh')) : '';
  return text
    .replace(INCLUDE, () => shared.replace(/^(#.*\n)+\n/, ''))
    .replace(/^belfry_app=.*$/m, () => `belfry_app=${shellQuoted(app)}`)
    .replace(/^belfry_home=.*$/m, () => `belfry_home=${shellQuoted(home)}`);
}

const INCLUDE = /^\. "\$belfry_app\/hooks\/common\.sh"\n/m;

function readSource(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(error => {
    throw fileProblem(error, `read ${path}`);
  });
}

/** Between single quotes nothing means anything to a shell, but the quote itself. */
function shellQuoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
