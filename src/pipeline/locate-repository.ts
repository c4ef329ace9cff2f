/** What stands at a path, and under which name a directory lies below a root. */
import { realpath } from 'node:fs/promises';
import { type FoundRepository, repositoryKind } from '../hooks/find-repositories.ts';
import { followPath, identityOf } from '../hooks/follow-path.ts';
import { isBelow, rootOf } from '../repositories/full-name.ts';
import type { Identity, Place } from '../repositories/place.ts';
import type { Store } from '../store/store.ts';
import { ownUid } from '../system/own-uid.ts';

/**
 * What stands at a path now, through links that count. Null: nothing, or no repository.
 * @param recorded what stood there before: it still does, when nobody can tell (a disk that fails, no permission)
 */
export async function placeAt(
  path: string,
  store: Store,
  recorded: Identity | null = null,
): Promise<Place | null> {
  const root = rootOf(path, await store.roots.list());
  try {
    const reached = await followPath(root ?? '/', path, ownUid());
    if (reached === null || 'link' in reached) return null;
    if ((await repositoryKind(reached.directory)) === 'none') return null;
    return { path, root, ...reached };
  } catch (error) {
    if (recorded === null) throw error;
    return { path, root, directory: path, linked: false, identity: recorded };
  }
}

/**
 * Where a directory lies: below a root by a path without links, else outside. What is inside another repository has no
 * name of its own.
 * @param directory absolute, symbolic links resolved
 * @throws what the system says when it is not there
 */
export async function placeOf(directory: string, store: Store): Promise<Place> {
  const identity = await identityOf(directory);
  const outside = { path: directory, directory, root: null, linked: false, identity };
  const roots = await store.roots.list();
  const known = [];
  for (const given of roots) {
    const real = await realpath(given).catch(() => null);
    if (real !== null && isBelow(directory, real)) known.push({ given, real });
  }
  // Of roots that are the same by another path, and of those inside others, the first names it.
  const outermost = known.sort((a, b) => a.real.length - b.real.length)[0];
  if (outermost === undefined) return outside;
  const { given, real } = outermost;
  if (await isInsideRepository(directory, real)) return outside;
  const path = `${given === '/' ? '' : given}${directory.slice(real === '/' ? 0 : real.length)}`;
  return { path, directory, root: rootOf(path, roots) ?? given, linked: false, identity };
}

/** A repository that a walk has found. */
export async function placeFound(found: FoundRepository, store: Store): Promise<Place> {
  const root = rootOf(found.path, await store.roots.list());
  if (found.linked && root !== null) return { ...found, root };
  const place = await placeOf(found.directory, store);
  return place.root === null ? { ...found, root: null } : place;
}

async function isInsideRepository(directory: string, root: string): Promise<boolean> {
  for (let end = directory.lastIndexOf('/'); end > root.length; end = directory.lastIndexOf('/', end - 1)) {
    if ((await repositoryKind(directory.slice(0, end))) !== 'none') return true;
  }
  return false;
}
