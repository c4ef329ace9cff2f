/**
 * Takes a file that cannot be used out of the way, and keeps it with its reason. Whoever drops files chooses their names
 * and modes: none of it may keep the others waiting.
 */
import { randomUUID } from 'node:crypto';
import { lstat, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface BadFile {
  name: string;
  reason: string;
  at: number;
}

/** Bytes of a name, of which 255 is the most; `.reason` comes behind it. */
const LONGEST = 240;
const REASON = '.reason';

/** @param bad the directory for such files */
export async function putAside(path: string, bad: string, reason: string): Promise<void> {
  const given = basename(path);
  const fits =
    Buffer.byteLength(given) <= LONGEST && !given.endsWith(REASON) && !(await isThere(join(bad, given)));
  const name = fits ? given : `${[...given].slice(0, 50).join('')}-${randomUUID()}`;
  await writeFile(join(bad, `${name}${REASON}`), `${reason}\n`, { mode: 0o600 });
  try {
    await rename(path, join(bad, name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    // Somebody else's directory can be given another name where it is, and nothing else.
    await rename(path, join(dirname(path), `.${name}`));
  }
}

/** What was put aside, with its reasons. */
export async function listAside(bad: string): Promise<BadFile[]> {
  const names = (await readdir(bad).catch(() => [])).filter(name => name.endsWith(REASON));
  return Promise.all(
    names.map(async file => ({
      name: file.slice(0, -REASON.length),
      reason: (await readFile(join(bad, file), 'utf8')).trim(),
      at: (await stat(join(bad, file))).mtimeMs,
    })),
  );
}

/** The reason of one file, without a look at the others; null when it is not there. */
export async function reasonAside(bad: string, name: string): Promise<string | null> {
  const file = join(bad, `${name}${REASON}`);
  if (!(await isThere(file))) return null;
  return (await readFile(file, 'utf8')).trim();
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
