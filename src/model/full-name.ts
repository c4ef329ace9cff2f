/** A repository's full name is its path below a root without `.git`; the first of several segments is its company. */
import { type Address, withoutGit } from './links.ts';

export interface RepositoryName {
  fullName: string;
  company: string | null;
}

/** The root that names a path, as it was given: a root inside a root changes no name. Null outside all roots. */
export function rootOf(path: string, roots: readonly string[]): string | null {
  const holding = roots.filter(root => isBelow(path, root));
  return holding.reduce<string | null>(
    (outermost, root) => (outermost === null || root.length < outermost.length ? root : outermost),
    null,
  );
}

/** Whether a path lies below a directory, by their texts. */
export function isBelow(path: string, directory: string): boolean {
  return path.startsWith(directory === '/' ? '/' : `${directory}/`) && path.length > directory.length;
}

/** @param path absolute, below the root */
export function nameBelow(root: string, path: string): RepositoryName {
  const segments = segmentsOf(path).slice(segmentsOf(root).length);
  return { fullName: segments.join('/'), company: segments.length > 1 ? segments[0]! : null };
}

/**
 * A name for a directory that no root names: the end of its path, as much of it as nobody else has.
 * @param taken whether another repository has a name
 */
export function nameByPath(path: string, taken: (fullName: string) => boolean): string {
  const segments = segmentsOf(path);
  for (let length = 1; length <= segments.length; length++) {
    const name = segments.slice(-length).join('/');
    if (!taken(name)) return name;
  }
  // No name below a root begins with a slash.
  return path;
}

/**
 * What links call a repository. A server that serves the root finds it by its path below that, as it is on the disk: with
 * `.git` or without. Outside all roots nobody knows what it is called: its name, with the end that the directory has.
 */
export function addressOf(row: { path: string; root: string | null; full_name: string }): Address {
  const { path, root, full_name: fullName } = row;
  if (root !== null && isBelow(path, root))
    return { fullName, served: path.slice(root === '/' ? 1 : root.length + 1) };
  return { fullName, served: `${fullName}${/(?:\.git)?(?:\/\.git)?$/.exec(path)![0]}` };
}

function segmentsOf(path: string): string[] {
  return withoutGit(path).split('/').filter(Boolean);
}
