/**
 * Refs that are symbolic links to files elsewhere: whoever may write the repository would be told where another one's
 * branches are. A link that Git itself reads as a symbolic ref (`refs/…`, gitrepository-layout) is none of them.
 */
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Full names of refs, and of whole directories of them with a slash at the end. */
export async function linkedRefs(repository: string): Promise<string[]> {
  const found: string[] = [];
  const ahead = ['refs/heads', 'refs/tags'];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const entries = await readdir(join(repository, next), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const name = `${next}/${entry.name}`;
      if (entry.isDirectory()) ahead.push(name);
      else if (entry.isSymbolicLink() && !(await isSymbolicRef(join(repository, name))))
        found.push(name, `${name}/`);
    }
  }
  for (const name of ['refs', 'refs/heads', 'refs/tags', 'packed-refs'])
    if ((await readlink(join(repository, name)).catch(() => null)) !== null) found.push('refs/');
  return found;
}

async function isSymbolicRef(path: string): Promise<boolean> {
  const target = await readlink(path).catch(() => '');
  return target.startsWith('refs/') && !target.split('/').includes('..');
}
