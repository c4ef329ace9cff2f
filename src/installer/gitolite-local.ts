/**
 * A site's own hooks for gitolite, in its local code (`LOCAL_CODE` in ~/.gitolite.rc), which a push to gitolite-admin may bring.
 * gitolite links them into every repository, but what lies in its own directory comes before them. There belfry's hook is: so
 * it has a link to the local one, and runs it.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { SafeDirectory } from '../files/safe-directory.ts';
import { movedHooks } from './foreign-hook.ts';
import { isOurs } from './found-hook.ts';
import { HOOK_NAMES, type HookName } from './hook-file.ts';
import { linkInto } from './place-hook.ts';

/** Has belfry's hooks run them, also those that are not there yet. @param repository a link in it shows where they are, too */
export async function keepLocalHooks(
  repository: SafeDirectory,
  common: SafeDirectory,
  names: readonly HookName[],
): Promise<boolean> {
  let changed = false;
  for (const name of names) {
    const local = (await localHooks(common)) ?? (await linkedElsewhere(repository, common, name));
    if (local === null) continue;
    const found = await common.lstat(name);
    // Before belfry came it hid the local one as well.
    if (found !== null && !(await isOurs(common, name))) continue;
    if ((await movedHooks(common)).has(name)) continue;
    changed = (await linkInto(common, name, join(local, name))) || changed;
  }
  return changed;
}

/** Takes these links out again. */
export async function releaseLocalHooks(common: SafeDirectory): Promise<void> {
  for (const name of HOOK_NAMES) {
    if (!(await common.lstat(`${name}.d`))?.isDirectory()) continue;
    await using directory = await common.directory(`${name}.d`);
    const target = await linkIn(directory, name);
    if (target === null || (await movedHooks(common)).has(name)) continue;
    if (target.endsWith(`/hooks/common/${name}`)) await directory.unlink(name);
  }
}

/** The local code's directory of hooks, as a link in the repository shows it. */
async function linkedElsewhere(
  repository: SafeDirectory,
  common: SafeDirectory,
  name: HookName,
): Promise<string | null> {
  await using hooks = await repository.directory('hooks');
  const target = (await linkIn(hooks, name)) ?? '';
  const suffix = `/${name}`;
  if (!target.endsWith(`/hooks/common${suffix}`)) return null;
  const directory = target.slice(0, -suffix.length);
  return directory === common.path ? null : directory;
}

/** Where a site's local code has hooks, as gitolite says it; null where it has no local code, or cannot be asked. Once for each run. */
export function localHooks(common: SafeDirectory): Promise<string | null> {
  let asked = LOCAL.get(common.path);
  if (asked === undefined) {
    asked = askGitolite().then(answer => {
      const value = (name: string) => new RegExp(`^${name}=(/.*)$`, 'm').exec(answer)?.[1];
      const [base, local] = [value('GL_ADMIN_BASE'), value('LOCAL_CODE')];
      const own = base !== undefined && join(base, 'hooks/common') === common.path;
      return own && local !== undefined ? join(local, 'hooks/common') : null;
    });
    LOCAL.set(common.path, asked);
  }
  return asked;
}

const LOCAL = new Map<string, Promise<string | null>>();

/** It reads ~/.gitolite.rc, which is a program. */
function askGitolite(): Promise<string> {
  return new Promise(resolve => {
    execFile('gitolite', ['query-rc', '-a'], { timeout: 10_000 }, (_, stdout) => resolve(stdout));
  });
}

/** Where a link leads, as it is written there; null for anything else. */
export async function linkIn(directory: SafeDirectory, name: string): Promise<string | null> {
  return (await directory.lstat(name))?.isSymbolicLink() ? directory.readlink(name) : null;
}
