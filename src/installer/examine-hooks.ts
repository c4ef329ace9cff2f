/** What keeps a repository from announcing its pushes, without changing anything: what `installHooks` would fix. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileProblem } from '../files/file-error.ts';
import { openDirectory } from '../files/safe-directory.ts';
import { type RequestChoice, takesRequests } from '../model/request-choice.ts';
import { examineHook, type HookProblem } from './examine-hook.ts';
import { findOtherHome, firstBytes, isBelfryHook } from './found-hook.ts';
import { missingLink } from './gitolite.ts';
import { type HookName, hookNames, type Installation, renderHook } from './hook-file.ts';
import { type HooksDirectory, openForOthers, openHooks } from './hooks-directory.ts';
import { NO_REQUESTS, type WantedRequests } from './install-hooks.ts';
import { nameOf, settingsFor, watchesIn } from './own-settings.ts';
import { hasHook } from './place-hook.ts';
import { type CommonConfig, readRepositoryConfig } from './repository-config.ts';
import { hasUpdateHook } from './update-hook.ts';

/** @param repository its absolute path, as `realpath` gives it @throws BelfryError `permission`, `git` or `environment` */
export async function examineHooks(
  repository: string,
  installation: Installation,
  common: CommonConfig = null,
  { choice, any }: WantedRequests = NO_REQUESTS,
): Promise<HookProblem[]> {
  try {
    await using opened = await openDirectory(repository, { links: 'refuse' });
    const config = await readRepositoryConfig(opened, common);
    const { values } = config;
    await using place = await openHooks(opened, config);
    await using others = await openForOthers(opened, config);
    const hooks = place.directory;
    const guarded = hooks !== null && (await hasUpdateHook(place.path));
    const requests = takesRequests(choice, guarded) || any;
    const watches = watchesIn(values);
    const names = hookNames({ watched: watches.size > 0, requests });
    const { problems, left } = await examinePlace(place, names, installation, choice);
    if (others !== null) problems.push(...(await examinePlace(others, names, installation, choice)).problems);
    const placed = names.filter(name => !left.includes(name));
    const unlinked = place.gitolite ? await missingLink(opened, place.path, placed) : null;
    if (unlinked !== null) {
      const wanted = `a link to ${join(place.path, unlinked)}`;
      problems.push({
        kind: 'missing',
        path: join(repository, 'hooks', unlinked),
        wanted,
        got: 'no such link',
      });
    }
    const path = join(place.path, 'proc-receive');
    if (
      !names.includes('proc-receive') &&
      hooks !== null &&
      !place.shared &&
      (await hasHook(hooks, 'proc-receive'))
    )
      problems.push({
        kind: 'surplus',
        path,
        wanted: 'no hook, since merge requests are off',
        got: "belfry's hook",
      });
    if (choice === 'unguarded' && guarded && any) {
      const got = 'an update hook, so no merge requests are accepted';
      problems.push({ kind: 'guarded', path: join(place.path, 'update'), wanted: 'no update hook', got });
    }
    for (const setting of settingsFor(placed, watches)) {
      const got = values.get(nameOf(setting)) ?? [];
      if (setting.holds(got)) continue;
      const wanted = `${setting.section}.${setting.key} = ${setting.value}`;
      problems.push({
        kind: 'options',
        path: join(repository, 'config'),
        wanted,
        got: got.at(-1) ?? 'not set',
      });
    }
    return problems;
  } catch (error) {
    throw fileProblem(error, `read the hooks of ${repository}`);
  }
}

async function examinePlace(
  place: HooksDirectory,
  names: HookName[],
  installation: Installation,
  choice: RequestChoice,
): Promise<{ problems: HookProblem[]; left: HookName[] }> {
  const hooks = place.directory;
  const other = hooks === null ? null : await findOtherHome(hooks, installation.home);
  const problems: HookProblem[] = [];
  const left: HookName[] = [];
  for (const name of names) {
    const missing = { path: join(place.path, name), wanted: `belfry's ${name} hook`, got: 'none' };
    const problem =
      hooks === null
        ? { kind: 'missing' as const, ...missing }
        : await examineHook(hooks, name, await renderHook(name, installation));
    // That one stays alone, and is not wanted then.
    if (problem?.kind === 'foreign' && name === 'proc-receive') {
      left.push(name);
      if (choice === 'on') problems.push({ ...problem, kind: 'rival' });
    } else if (problem === null) continue;
    else if (place.refused !== null) problems.push({ ...problem, kind: 'place', got: place.refused.message });
    else if (problem.kind === 'stale' && other?.state === 'alive')
      problems.push({ ...problem, kind: 'taken' });
    else problems.push(problem);
  }
  return { problems, left };
}

export interface Dispatcher {
  path: string;
  /** Milliseconds since 1970, by the kernel's word. */
  changedAt: number;
}

/**
 * The program that Git starts as a repository's post-receive, where that is not belfry's: it starts belfry's hook.
 * Null when Git starts belfry's hook itself, or nobody can tell.
 * @param repository its absolute path, as `realpath` gives it
 */
export async function findDispatcher(repository: string): Promise<Dispatcher | null> {
  try {
    await using opened = await openDirectory(repository, { links: 'refuse' });
    await using place = await openHooks(opened, await readRepositoryConfig(opened));
    if (place.directory === null) return null;
    const text = await firstBytes(place.directory, 'post-receive', 512);
    if (text === '' || isBelfryHook(text)) return null;
    const path = join(place.path, 'post-receive');
    return { path, changedAt: (await stat(path)).ctimeMs };
  } catch {
    return null;
  }
}
