/**
 * Walks over the roots and over everything that is known: which repositories have come, which were renamed, which are gone,
 * and which announce nothing. What it finds is kept, so that `status` needs not walk.
 */
import { isDirectory, ownUid } from '../files/may.ts';
import { type FoundRepository, findRepositories } from '../installer/find-repositories.ts';
import { readCommonConfig } from '../installer/repository-config.ts';
import { hasHooks } from '../installer/uninstall-hooks.ts';
import { nameBelow, rootOf } from '../model/full-name.ts';
import type { Place } from '../model/place.ts';
import type { RootFinding, SettledRepositories } from '../model/repository.ts';
import { settleNames } from '../model/settle-names.ts';
import { placeAt } from '../repositories/locate-repository.ts';
import { type RegisterDeps, sayWhatChanged } from '../repositories/register-repository.ts';
import type { Store } from '../store/store.ts';
import { personalHooks } from './personal-hooks.ts';

export interface SurveyDeps extends RegisterDeps {
  stopping?: () => boolean;
  /** Asked for hooks where there are none. Null: they are there now; else why not, '' when nobody has wanted it. */
  install?: (found: FoundRepository) => Promise<string | null>;
}

/** Null: it was asked to stop. */
export async function surveyRoots(deps: SurveyDeps): Promise<SettledRepositories | null> {
  const { store, now, stopping = () => false } = deps;
  const links: RootFinding[] = [];
  const found: FoundRepository[] = [];
  const places = new Map<string, Place>();
  for (const root of await outermostRoots(store)) {
    const refused = ({ link, reason }: { link: string; reason: string }) =>
      void links.push({ path: link, kind: 'link', repository_id: null, detail: reason });
    for await (const one of findRepositories(root, { owner: ownUid(), isRoot: true, refused })) {
      found.push(one);
      places.set(one.path, { ...one, root });
      if (stopping()) return null;
    }
  }
  for (const { path } of await store.repositories.list()) {
    if (places.has(path)) continue;
    const there = await placeAt(path, store);
    if (there !== null) places.set(path, there);
  }
  const settled = await store.repositories.settleAll([...places.values()], settleNames, now());
  sayWhatChanged(settled, deps);
  const silent = await withoutHooks(found, deps);
  if (silent === null) return null;
  const { aliases } = settled;
  await store.roots.setFindings([
    ...links,
    ...aliases.map(({ path, repositoryId }) => finding(path, 'alias', '', repositoryId)),
    ...(await sameNames(store)),
    ...silent,
    ...(await takenHooks(found)),
  ]);
  return settled;
}

/** As they were given. A root that is not there is another finding's business. */
export async function outermostRoots(store: Store): Promise<string[]> {
  const roots = await store.roots.list();
  const outermost = roots.filter(root => rootOf(root, roots) === null);
  const there = await Promise.all(outermost.map(isDirectory));
  return outermost.filter((_, at) => there[at]);
}

function finding(
  path: string,
  kind: RootFinding['kind'],
  detail: string,
  repositoryId: number | null = null,
): RootFinding {
  return { path, kind, detail, repository_id: repositoryId };
}

/** `app` beside `app.git`, or one path below two roots. */
async function sameNames(store: Store): Promise<RootFinding[]> {
  const rows = (await store.repositories.list()).filter(
    row => row.root !== null && nameBelow(row.root, row.path).fullName !== row.full_name,
  );
  return rows.map(row => finding(row.path, 'same-name', nameBelow(row.root!, row.path).fullName, row.id));
}

async function takenHooks(found: FoundRepository[]): Promise<RootFinding[]> {
  const common = await readCommonConfig().catch(() => null);
  const taken = await personalHooks(
    found.map(({ directory }) => directory),
    common,
  );
  return taken.map(({ file, ...rest }) => finding(file, 'own-hooks', JSON.stringify(rest)));
}

/** Null: it was asked to stop. What cannot be read the daily comparison says. */
async function withoutHooks(
  found: FoundRepository[],
  { stopping = () => false, install = async () => '' }: SurveyDeps,
): Promise<RootFinding[] | null> {
  const common = await readCommonConfig().catch(() => null);
  const silent: RootFinding[] = [];
  for (const one of found) {
    if (stopping()) return null;
    if (await hasHooks(one.directory, common).catch(() => true)) continue;
    const reason = await install(one);
    if (reason !== null) silent.push(finding(one.path, 'no-hook', reason));
  }
  return silent;
}
