/** The files in a directory of the spool. Whoever drops one chooses its name, and may choose bytes that are no text. */
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Their names, in any order. A name that is not UTF-8 is replaced, so that its file is seen like the others. */
export async function spoolNames(directory: string): Promise<string[]> {
  const names = await readdir(directory, { encoding: 'buffer' }).catch(error => {
    // `belfry doctor` says that it is missing; nothing waits in it.
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const found: string[] = [];
  for (const name of names) {
    if (name[0] === DOT) continue;
    const text = isUtf8(name) ? name.toString('utf8') : await renamed(directory, name);
    if (text !== null) found.push(text);
  }
  return found;
}

/** Null when it is gone. */
async function renamed(directory: string, name: Buffer): Promise<string | null> {
  const better = `not-utf8-${randomUUID()}`;
  const path = Buffer.concat([Buffer.from(`${directory}/`), name]);
  return rename(path, join(directory, better)).then(
    () => better,
    () => null,
  );
}

const DOT = 0x2e;
