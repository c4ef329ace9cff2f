/** Puts a text file into a directory of whoever runs this, at once and never through a link. */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Gives false when it says that already. */
export async function replaceText(path: string, text: string, mode: number): Promise<boolean> {
  if ((await readFile(path, 'utf8').catch(() => null)) === text) return false;
  const draft = join(dirname(path), `.belfry-${randomUUID()}`);
  try {
    await using file = await open(draft, 'wx', mode);
    await file.writeFile(text);
    await file.chmod(mode);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return true;
}
