/** What stands at a path, and under which name a directory lies below a root. */
import { realpath } from 'node:fs/promises';
import { ownUid } from '../files/may.ts';
import { type FoundRepository, repositoryKind } from '../installer/find-repositories.ts';
import { followPath, identityOf } from '../installer/follow-path.ts';
import { isBelow, nameBelow, nameByPath, rootOf } from '../model/full-name.ts';
import type { Place } from '../model/place.ts';
import type { Store } from '../store/store.ts';

/**
 * What stands at a path now, through links that count. Null: nothing, or no repository. What was known to stand there
 * still does when nobody can tell (a disk that fails, no permission).
 */
export async function placeAt(path: string, store: Store): Promise<Place | null> {
  const outermost = rootOf(path, await store.roots.list());
  try {
    const reached = await followPath(outermost ?? '/', path, ownUid());
    if (reached === null || 'link' in reached) return null;
    if ((await repositoryKind(reached.directory)) === 'none') return null;
    const inside = outermost !== null && (await isInsideRepository(path, outermost, store));
    return { path, root: inside ? null : outermost, ...reached };
  } catch (error) {
    const known = await store.repositories.knownAt(path);
    if (known === null) throw error;
    return { path, root: known.root, directory: path, linked: false, identity: known.identity };
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
  const path = `${given === '/' ? '' : given}${directory.slice(real === '/' ? 0 : real.length)}`;
  if (await isInsideRepository(path, given, store)) return outside;
  return { path, directory, root: rootOf(path, roots) ?? given, linked: false, identity };
}

/** A repository that a walk has found. */
export async function placeFound(found: FoundRepository, store: Store): Promise<Place> {
  const root = rootOf(found.path, await store.roots.list());
  if (found.linked && root !== null) return { ...found, root };
  const place = await placeOf(found.directory, store);
  return place.root === null ? { ...found, root: null } : place;
}

/** The name that a repository has, or would have if it were known. */
export async function nameOfFound(found: FoundRepository, store: Store): Promise<string> {
  const { root, path } = await placeFound(found, store);
  return root === null ? nameByPath(path, () => false) : nameBelow(root, path).fullName;
}

/** One that was known before stays: who may write a directory above could make that look like a repository. */
async function isInsideRepository(path: string, root: string, store: Store): Promise<boolean> {
  const known = await store.repositories.knownAt(path);
  if (known !== null && known.root !== null) return false;
  for (let end = path.lastIndexOf('/'); end > root.length; end = path.lastIndexOf('/', end - 1)) {
    if ((await repositoryKind(path.slice(0, end))) !== 'none') return true;
  }
  return false;
}
