/** What a plan is held against: the database, and what stands below the roots. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BelfryError } from '../../errors.ts';
import { ownUid } from '../../files/may.ts';
import { repositoryKind } from '../../installer/find-repositories.ts';
import { followPath } from '../../installer/follow-path.ts';
import { rootOf } from '../../model/full-name.ts';
import type { Place } from '../../model/place.ts';
import type { CheckedFile } from '../../plan/check-file.ts';
import type { State, Surroundings } from '../../plan/plan-context.ts';
import { rootDetails } from '../../plan/plan-roots.ts';
import type { Resolved } from '../../plan/reference.ts';
import type { Store } from '../../store/store.ts';
import { checkDirectory } from '../repo/find-below.ts';
import { tlsProblem } from '../webhook/webhook-reach.ts';
import { newSecret } from '../webhook/webhook-secret.ts';

export async function readState(store: Store): Promise<State> {
  const repositories = await store.repositories.list();
  const webhooks = await store.webhooks.whole();
  const repositoryNames = new Map(repositories.map(({ id, full_name }) => [id, full_name]));
  for (const { webhook } of webhooks) {
    const [, id] = /^repository:(\d+)$/.exec(webhook.scope) ?? [];
    if (id === undefined || repositoryNames.has(Number(id))) continue;
    const removed = await store.repositories.byId(Number(id));
    if (removed !== null) repositoryNames.set(removed.id, removed.full_name);
  }
  return {
    webhooks,
    users: await store.users.list(),
    settings: await store.settings.all(),
    roots: await store.roots.details(),
    repositories: new Map(repositories.map(({ id, full_name }) => [full_name, id])),
    repositoryNames,
    companies: new Set(await store.repositories.companies()),
  };
}

/** What the file names and the database does not know, looked for on the disk. */
export async function readSurroundings(
  file: CheckedFile,
  state: State,
  resolved: Resolved,
): Promise<Surroundings> {
  const roots = [...new Set([...state.roots.map(({ path }) => path), ...rootsOf(file)])];
  const found = new Map<string, Place>();
  const foundCompanies = new Set<string>();
  for (const scope of new Set((file.webhooks ?? []).map(entry => entry?.scope ?? ''))) {
    const [, sort, name = ''] = /^(company|repository):(.*)$/s.exec(scope) ?? [];
    // A name is a path below a root: nothing of it may lead out of there.
    if (sort === undefined || name.split('/').some(part => part === '' || part === '.' || part === '..'))
      continue;
    if (sort === 'repository' && !state.repositories.has(name)) {
      const place = await findPlace(name, roots);
      if (place !== null) found.set(name, place);
    } else if (sort === 'company' && !state.companies.has(name) && (await isCompany(name, roots)))
      foundCompanies.add(name);
  }
  const rootProblems = new Map<string, { wanted: string; got: string }>();
  const known = new Set(state.roots.map(({ path }) => path));
  for (const path of rootsOf(file)) {
    const problem = known.has(path) ? null : await rootProblem(path);
    if (problem !== null) rootProblems.set(path, problem);
  }
  return { state, found, foundCompanies, rootProblems, resolved, newSecret, tlsProblem };
}

function rootsOf({ roots }: CheckedFile): string[] {
  return (roots ?? []).flatMap(root => (root === null ? [] : [rootDetails(root).path]));
}

async function findPlace(name: string, roots: readonly string[]): Promise<Place | null> {
  for (const root of roots)
    for (const path of [join(root, `${name}.git`), join(root, name)]) {
      const reached = await followPath(root, path, ownUid()).catch(() => null);
      if (reached === null || 'link' in reached || (await repositoryKind(reached.directory)) !== 'bare')
        continue;
      // A root inside a root changes no name, and what is inside a repository has none.
      if (rootOf(path, roots) === root && !(await isInsideRepository(path, root)))
        return { path, root, ...reached };
    }
  return null;
}

async function isInsideRepository(path: string, root: string): Promise<boolean> {
  for (let above = dirname(path); above.length > root.length; above = dirname(above))
    if ((await repositoryKind(above)) !== 'none') return true;
  return false;
}

async function isCompany(name: string, roots: readonly string[]): Promise<boolean> {
  for (const root of roots) {
    const info = await stat(join(root, name)).catch(() => null);
    if (info?.isDirectory() && (await repositoryKind(join(root, name))) === 'none') return true;
  }
  return false;
}

async function rootProblem(path: string): Promise<{ wanted: string; got: string } | null> {
  const wanted = 'a directory of bare repositories';
  try {
    await checkDirectory(path);
    return (await repositoryKind(path)) === 'none' ? null : { wanted, got: 'a repository' };
  } catch (error) {
    if (!(error instanceof BelfryError)) throw error;
    return { wanted, got: error.message.replace(/: give a bare .*$/, '') };
  }
}
