/** A repository's full name is its path below a root without `.git`; the first of several segments is its company. */

export interface RepositoryName {
  fullName: string;
  company: string | null;
}

/**
 * @param directory absolute path, symlinks resolved
 * @param roots absolute paths; the innermost one that holds the directory counts
 * @param taken says whether another directory has the name already: outside all roots more of the path is used then
 */
export function nameRepository(
  directory: string,
  roots: string[],
  taken: (fullName: string) => boolean,
): RepositoryName {
  const bare = directory.replace(/\/\.git$/, '').replace(/\.git$/, '');
  const root = roots
    .filter(path => directory.startsWith(path === '/' ? path : `${path}/`))
    .sort((a, b) => b.length - a.length)[0];
  const segments = bare.split('/').filter(Boolean);
  const depth = root === undefined ? 1 : segments.length - root.split('/').filter(Boolean).length;
  let length = Math.max(1, depth);
  while (length < segments.length && taken(segments.slice(-length).join('/'))) length++;
  const fullName = segments.slice(-length).join('/');
  return { fullName, company: length > 1 ? fullName.split('/')[0]! : null };
}
