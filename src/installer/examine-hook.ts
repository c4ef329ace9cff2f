/** What is wrong with one hook, without changing anything. */
import { join } from 'node:path';
import type { SafeDirectory } from '../files/safe-directory.ts';
import { DISPATCHED_NAME, firstBytes, isBelfryHook, looksLikeDispatcher, pathIn } from './found-hook.ts';
import type { HookName } from './hook-file.ts';
import { openPlace } from './hooks-directory.ts';
import { hasGoodMode } from './place-hook.ts';

export interface HookProblem {
  /**
   * `taken`: they report to another home that is there. `place`: belfry may not write where they would have to be. Of merge
   * requests: `surplus`: their hook is there, and they are off; `rival`: another hook answers for them; `guarded`: they are
   * off because of an `update` hook.
   */
  kind:
    | 'missing'
    | 'stale'
    | 'taken'
    | 'foreign'
    | 'mode'
    | 'owner'
    | 'options'
    | 'place'
    | 'surplus'
    | 'rival'
    | 'guarded';
  /** The file that it is about. */
  path: string;
  wanted: string;
  got: string;
}

/** The first thing that is wrong. @param text what the hook should say */
export async function examineHook(
  hooks: SafeDirectory,
  name: HookName,
  text: string,
): Promise<HookProblem | null> {
  const wanted = `belfry's ${name} hook`;
  const path = join(hooks.path, name);
  const info = await hooks.lstat(name);
  if (info === null) return { kind: 'missing', path, wanted, got: 'none' };
  const found = await firstBytes(hooks, name);
  if (isBelfryHook(found)) return examineFile(hooks, name, found, text, wanted);
  if (!looksLikeDispatcher(name, found))
    return { kind: 'foreign', path, wanted, got: 'another hook, which does not run it' };
  await using directory = (await openPlace(hooks, `${name}.d`)).directory;
  const dispatched = directory === null ? '' : await firstBytes(directory, DISPATCHED_NAME);
  if (directory !== null && isBelfryHook(dispatched))
    return await examineFile(directory, DISPATCHED_NAME, dispatched, text, wanted);
  const missing = join(`${path}.d`, DISPATCHED_NAME);
  return { kind: 'foreign', path: missing, wanted, got: 'a dispatcher that does not find it' };
}

/** A hook of belfry's: what it says, and who may run and change it. */
async function examineFile(
  directory: SafeDirectory,
  name: string,
  found: string,
  text: string,
  hook: string,
): Promise<HookProblem | null> {
  const path = join(directory.path, name);
  if (found !== Buffer.from(text).toString('latin1')) {
    return { kind: 'stale', path, wanted: `${hook} of this installation`, got: whose(found, text) };
  }
  const info = await directory.lstat(name);
  if (!info?.isFile()) return { kind: 'stale', path, wanted: `${hook} as a file`, got: 'a link to it' };
  if (!hasGoodMode(info, await directory.stat())) {
    const got = (info.mode & 0o777).toString(8);
    return { kind: 'mode', path, wanted: 'mode 755', got: `mode ${got}` };
  }
  const { uid } = await directory.stat();
  if (info.uid !== uid && info.uid !== 0) {
    return { kind: 'owner', path, wanted: `owner ${uid}, as of its directory`, got: `owner ${info.uid}` };
  }
  return null;
}

function whose(found: string, text: string): string {
  for (const key of ['home', 'app'] as const) {
    const got = pathIn(found, key);
    if (got !== null && got !== pathIn(Buffer.from(text).toString('latin1'), key))
      return `that of another ${key === 'home' ? 'home' : 'program'}: ${got}`;
  }
  return 'that of another version';
}
