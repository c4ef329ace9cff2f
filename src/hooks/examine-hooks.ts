/** What keeps a repository from announcing its pushes, without changing anything: what `installHooks` would mend. */
import { lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProblem, missing } from './file-problem.ts';
import { type HookName, hookNames, type Installation, isBelfryHook, renderHook } from './hook-file.ts';
import { looksLikeDispatcher } from './looks-like-dispatcher.ts';
import { DISPATCHED_NAME, firstBytes } from './place-hook.ts';
import { type CommonConfig, readRepositoryConfig } from './repository-config.ts';
import { isMirror, WANTED_SETTINGS } from './wanted-settings.ts';

export interface HookProblem {
  kind: 'missing' | 'stale' | 'foreign' | 'mode' | 'owner' | 'options';
  /** The file that it is about. */
  path: string;
  wanted: string;
  got: string;
}

/** @throws BelfryError `permission`, `git` or `environment` */
export async function examineHooks(
  repository: string,
  installation: Installation,
  common: CommonConfig = null,
): Promise<HookProblem[]> {
  try {
    const { hooksDirectory, values } = await readRepositoryConfig(repository, common);
    const { uid } = await stat(repository);
    const problems: HookProblem[] = [];
    const left: HookName[] = [];
    const names = hookNames(isMirror(values));
    for (const name of names) {
      const problem = await examineHook(hooksDirectory, name, await renderHook(name, installation), uid);
      // That one stays alone, and is not wanted then.
      if (problem?.kind === 'foreign' && name === 'proc-receive') left.push(name);
      else if (problem !== null) problems.push(problem);
    }
    for (const { section, key, value, hook, holds } of WANTED_SETTINGS) {
      if (left.includes(hook) || !names.includes(hook)) continue;
      const path = `${section}.${key}`;
      const got = values.get(path.toLowerCase()) ?? [];
      if (!holds(got)) {
        problems.push({
          kind: 'options',
          path: join(repository, 'config'),
          wanted: `${path} = ${value}`,
          got: got.at(-1) ?? 'not set',
        });
      }
    }
    return problems;
  } catch (error) {
    throw fileProblem(error, `look at the hooks of ${repository}`);
  }
}

/** The first thing that is wrong with one hook. */
async function examineHook(
  hooksDirectory: string,
  name: HookName,
  text: string,
  uid: number,
): Promise<HookProblem | null> {
  const wanted = `belfry's ${name} hook`;
  let path = join(hooksDirectory, name);
  if ((await lstat(path).catch(missing)) === null) return { kind: 'missing', path, wanted, got: 'none' };
  let found = await firstBytes(path);
  if (!isBelfryHook(found)) {
    if (!looksLikeDispatcher(name, found))
      return { kind: 'foreign', path, wanted, got: 'another hook, which does not run it' };
    path = join(`${path}.d`, DISPATCHED_NAME);
    found = (await lstat(path).catch(missing)) === null ? '' : await firstBytes(path);
    if (!isBelfryHook(found))
      return { kind: 'foreign', path, wanted, got: 'a dispatcher that does not find it' };
  }
  if (found !== Buffer.from(text).toString('latin1')) {
    return { kind: 'stale', path, wanted: `${wanted} of this installation`, got: whose(found, text) };
  }
  const info = await lstat(path);
  if ((info.mode & 0o111) !== 0o111 || (info.mode & 0o022) !== 0) {
    const got = (info.mode & 0o777).toString(8);
    return { kind: 'mode', path, wanted: 'mode 755', got: `mode ${got}` };
  }
  if (info.uid !== uid && info.uid !== 0) {
    return { kind: 'owner', path, wanted: `owner ${uid}, as of the repository`, got: `owner ${info.uid}` };
  }
  return null;
}

function whose(found: string, text: string): string {
  const line = (of: string, key: string) => new RegExp(`^belfry_${key}=(.*)$`, 'm').exec(of)?.[1];
  const bytes = Buffer.from(text).toString('latin1');
  for (const key of ['home', 'app']) {
    const got = line(found, key);
    if (got !== undefined && got !== line(bytes, key))
      return `that of another ${key === 'home' ? 'home' : 'program'}: ${Buffer.from(got, 'latin1').toString()}`;
  }
  return 'that of another version';
}
