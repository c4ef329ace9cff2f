/** All that can be seen of a directory: names, kinds, modes, owners, times, contents. Two equal pictures: nothing changed. */
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

export type Picture = Record<string, string>;

/** @param times false: without modification times */
export async function directoryPicture(directory: string, { times = true } = {}): Promise<Picture> {
  const picture: Picture = {};
  for (const name of (await readdir(directory, { recursive: true })).sort()) {
    const path = join(directory, name);
    const found = await lstat(path, { bigint: true });
    const content = found.isFile()
      ? (await readFile(path)).toString('latin1')
      : found.isSymbolicLink()
        ? `-> ${await readlink(path)}`
        : 'directory';
    const time = times && !found.isDirectory() ? ` ${found.mtimeNs / 1000n}` : '';
    picture[name] = `${found.mode.toString(8)} ${found.uid}:${found.gid}${time} ${content}`;
  }
  return picture;
}
