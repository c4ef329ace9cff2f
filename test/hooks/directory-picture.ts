/** All that can be seen of a directory: names, kinds, modes, owners, times, contents. Two equal pictures: nothing changed. */
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

export type Picture = Record<string, string>;

/** Links are not followed. @param options `times: false`: without modification times */
export async function directoryPicture(
  directory: string,
  { times = true } = {},
  below = '',
): Promise<Picture> {
  const picture: Picture = {};
  for (const entry of (await readdir(join(directory, below))).sort()) {
    const name = join(below, entry);
    const path = join(directory, name);
    const found = await lstat(path, { bigint: true });
    const content = found.isFile()
      ? (await readFile(path)).toString('latin1')
      : found.isSymbolicLink()
        ? `-> ${await readlink(path)}`
        : 'directory';
    const time = times && !found.isDirectory() ? ` ${found.mtimeNs / 1000n}` : '';
    picture[name] = `${found.mode.toString(8)} ${found.uid}:${found.gid}${time} ${content}`;
    if (found.isDirectory()) Object.assign(picture, await directoryPicture(directory, { times }, name));
  }
  return picture;
}
