/** Whether a directory is a bare repository at all: what is in it may be broken, but it is there. */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

export async function isRepository(directory: string): Promise<boolean> {
  const there = (name: string) =>
    lstat(join(directory, name)).then(
      () => true,
      () => false,
    );
  const [head, objects, common] = await Promise.all(['HEAD', 'objects', 'commondir'].map(there));
  return head === true && (objects === true || common === true);
}
