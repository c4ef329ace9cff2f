/** What keeps a repository from announcing its pushes, without changing anything: what `installHooks` would mend. */
import { join } from 'node:path';
import { openDirectory } from '../files/safe-directory.ts';
import { examineHook, type HookProblem } from './examine-hook.ts';
import { fileProblem } from './file-problem.ts';
import { findOtherHome } from './found-hook.ts';
import { type HookName, hookNames, type Installation, renderHook } from './hook-file.ts';
import { type HooksDirectory, openForOthers, openHooks } from './hooks-directory.ts';
import { type CommonConfig, readRepositoryConfig } from './repository-config.ts';
import { settingsFor, watchesIn } from './wanted-settings.ts';

/** @param repository its absolute path, as `realpath` gives it @throws BelfryError `permission`, `git` or `environment` */
export async function examineHooks(
  repository: string,
  installation: Installation,
  common: CommonConfig = null,
): Promise<HookProblem[]> {
  try {
    await using opened = await openDirectory(repository, { links: 'refuse' });
    const config = await readRepositoryConfig(opened, common);
    const { values } = config;
    await using place = await openHooks(opened, config);
    await using others = await openForOthers(opened, config);
    const watches = watchesIn(values);
    const names = hookNames(watches.size > 0);
    const { problems, left } = await examinePlace(place, names, installation);
    if (others !== null) problems.push(...(await examinePlace(others, names, installation)).problems);
    const placed = names.filter(name => !left.includes(name));
    for (const { section, key, value, holds } of settingsFor(placed, watches)) {
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

async function examinePlace(
  place: HooksDirectory,
  names: HookName[],
  installation: Installation,
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
    if (problem?.kind === 'foreign' && name === 'proc-receive') left.push(name);
    else if (problem === null) continue;
    else if (place.refused !== null) problems.push({ ...problem, kind: 'place', got: place.refused.message });
    else if (problem.kind === 'stale' && other?.state === 'alive')
      problems.push({ ...problem, kind: 'taken' });
    else problems.push(problem);
  }
  return { problems, left };
}
