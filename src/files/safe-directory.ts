/**
 * A directory held open by a descriptor, and operations on the names in it. Other accounts may write in the directories
 * that belfry works in, and may put a link, a pipe or another file in the place of any name at any moment: between a
 * check and a use, too. So nothing here is named by a path that could be led elsewhere. A name is one plain component,
 * seen from the descriptor; it is not followed when it is a link; and what is opened is checked, read and changed through
 * its own descriptor.
 *
 * Node has no openat(2). On Linux `/proc/self/fd/N/name` is the same: the kernel goes to the open directory itself,
 * wherever it has been moved to.
 */
import { constants, type Stats } from 'node:fs';
import {
  type FileHandle,
  link,
  lstat,
  mkdir,
  open,
  opendir,
  readlink,
  rename,
  rmdir,
  symlink,
  unlink,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BelfryError } from '../errors.ts';
import { codeOf, kindOf, missing, RefusedFile } from './file-error.ts';
import { ownUid } from './may.ts';
import { O_PATH, SafeEntry } from './safe-entry.ts';

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_WRONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

export interface ReadOptions {
  /** Bytes; a file with more is refused, unless `cut` is set: then these are its first ones. */
  most: number;
  cut?: boolean;
  /** `follow`: a link may lead to the file. It is still opened only when it is a regular file. */
  links?: 'refuse' | 'follow';
  /** Refuses a file with several names, as `SafeEntry` does. */
  oneName?: boolean;
  /** Refuses a file that who may write in this directory could not read himself: what is read will be shown to him. */
  toShow?: boolean;
}

/**
 * Opens a directory by its absolute path. Close it, or declare it with `await using`.
 * @param links `refuse`: no component of the path may be a link (right for what `realpath` gave). `follow`: the path is
 *     trusted as it is given; only what lies in the directory is not.
 * @throws RefusedFile for a link, or what is no directory; system errors, as ENOENT; BelfryError `environment` without /proc
 */
export async function openDirectory(
  path: string,
  { links }: { links: 'refuse' | 'follow' },
): Promise<SafeDirectory> {
  await checkProc();
  if (links === 'follow') return new SafeDirectory(await open(path, O_PATH | O_DIRECTORY), path);
  let directory = new SafeDirectory(await open('/', O_PATH | O_DIRECTORY), '/');
  for (const name of path.split('/').filter(Boolean)) {
    await using parent = directory;
    directory = await parent.directory(name);
  }
  return directory;
}

/**
 * What the regular file at a path holds, whose directory is trusted as it is given; null when there is none.
 * @throws RefusedFile; system errors, as ENOENT for a directory that is missing
 */
export async function readFileAt(path: string, options: ReadOptions): Promise<Buffer | null> {
  await using directory = await openDirectory(dirname(path), { links: 'follow' });
  return await directory.readFile(basename(path), options);
}

export class SafeDirectory implements AsyncDisposable {
  readonly #handle: FileHandle;
  /** As it was opened: for messages only, since it may be somewhere else by now. */
  readonly path: string;

  constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.path = path;
  }

  /** Of the directory itself. */
  stat(): Promise<Stats> {
    return this.#handle.stat();
  }

  /** Of what has this name, a link itself; null when nothing has. */
  lstat(name: string): Promise<Stats | null> {
    return lstat(this.#at(name)).catch(missing);
  }

  /** The directory of this name, and a link to one only when that is asked for. @throws RefusedFile, or ENOENT */
  async directory(
    name: string,
    { links = 'refuse' }: Pick<ReadOptions, 'links'> = {},
  ): Promise<SafeDirectory> {
    const path = join(this.path, name);
    const flags = O_PATH | O_DIRECTORY | (links === 'refuse' ? O_NOFOLLOW : 0);
    try {
      return new SafeDirectory(await open(this.#at(name), flags), path);
    } catch (error) {
      if (!['ENOTDIR', 'ELOOP'].includes(codeOf(error) ?? '')) throw error;
      throw await this.#refused(name, 'a directory');
    }
  }

  /**
   * A regular file, opened without waiting for anything and without following a link. Null when there is none.
   * @throws RefusedFile
   */
  async openFile(
    name: string,
    { write = false, links = 'refuse', oneName = false }: OpenOptions = {},
  ): Promise<FileHandle | null> {
    const flags = (write ? O_RDWR : O_RDONLY) | O_NONBLOCK;
    if (links === 'follow') {
      // Opening a device may do something already: so this looks at where the link leads before it opens that.
      await using found = await this.#open(name, O_PATH);
      if (found === null) return null;
      this.#check(name, await found.stat(), oneName);
      return await open(`/proc/self/fd/${found.fd}`, flags);
    }
    const file = await this.#open(name, flags | O_NOFOLLOW);
    try {
      if (file !== null) this.#check(name, await file.stat(), oneName);
      return file;
    } catch (error) {
      await file?.close();
      throw error;
    }
  }

  /** What a regular file holds; null when there is none. @throws RefusedFile */
  async readFile(
    name: string,
    { most, cut = false, toShow = false, ...how }: ReadOptions,
  ): Promise<Buffer | null> {
    await using file = await this.openFile(name, how);
    if (file === null) return null;
    const info = await file.stat();
    if (toShow && !readableByWriters(info, await this.stat()))
      throw new RefusedFile(
        join(this.path, name),
        'a file that everyone who may write into its directory can read',
        'a private one',
      );
    const bytes = await readAtMost(file, most + 1);
    if (bytes.length > most && !cut)
      throw new RefusedFile(join(this.path, name), `at most ${most} bytes`, 'a larger file');
    return bytes.subarray(0, most);
  }

  /** What has this name, whatever it is, held so that its mode and owner can be changed. Null when nothing has. */
  async entry(name: string): Promise<SafeEntry | null> {
    const handle = await this.#open(name, O_PATH | O_NOFOLLOW);
    return handle === null ? null : SafeEntry.of(handle, join(this.path, name));
  }

  /** At most so many names, without `.` and `..`. @throws RefusedFile when there are more */
  async list(most: number): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of await opendir(this.#at())) {
      if (names.length >= most) throw new RefusedFile(this.path, `at most ${most} names`, 'more');
      names.push(name);
    }
    return names.sort();
  }

  /** Where a link leads, as it is written there. @throws system errors, as EINVAL for what is no link */
  readlink(name: string): Promise<string> {
    return readlink(this.#at(name));
  }

  /** A new file with exactly this mode, open for writing. @throws EEXIST, for a link that leads nowhere too */
  async create(name: string, mode: number): Promise<FileHandle> {
    const file = await open(this.#at(name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
    await file.chmod(mode);
    return file;
  }

  /**
   * A new directory with exactly this mode and, where the kernel allows it, this owner. Null when the name is taken.
   * @throws RefusedFile when another directory was put in its place meanwhile
   */
  async makeDirectory(
    name: string,
    { mode, owner }: { mode: number; owner?: { uid: number; gid: number } },
  ): Promise<SafeDirectory | null> {
    try {
      await mkdir(this.#at(name), 0o700);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return null;
      throw error;
    }
    const made = await this.directory(name);
    try {
      // Whoever may write here may have moved another one to this name. One of ours with nothing in it is as good.
      const ours = (await made.stat()).uid === ownUid();
      if (!ours || (await made.list(1).catch(() => ['?'])).length > 0)
        throw new RefusedFile(made.path, 'the directory just made', 'another one in its place');
      await using entry = await SafeEntry.of(await open(made.#at(), O_PATH), made.path);
      if (owner !== undefined) await entry.giveTo(owner);
      await entry.chmod(mode);
      return made;
    } catch (error) {
      await made[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Replaces what has the new name. @param directory where that is, by default here */
  rename(from: string, to: string, directory: SafeDirectory = this): Promise<void> {
    return rename(this.#at(from), directory.#at(to));
  }

  /** One more name for a file, or for a link itself. */
  link(from: string, to: string, directory: SafeDirectory = this): Promise<void> {
    return link(this.#at(from), directory.#at(to));
  }

  symlink(target: string, name: string): Promise<void> {
    return symlink(target, this.#at(name));
  }

  /** False when nothing has this name. */
  unlink(name: string): Promise<boolean> {
    return unlink(this.#at(name)).then(() => true, absent);
  }

  /** False when there is none. @throws ENOTEMPTY, or ENOTDIR for a link to a directory too */
  rmdir(name: string): Promise<boolean> {
    return rmdir(this.#at(name)).then(() => true, absent);
  }

  /** Makes what was renamed or made here last through a power failure. */
  async sync(): Promise<void> {
    await using handle = await open(this.#at(), O_RDONLY | O_DIRECTORY);
    await handle.sync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }

  #at(name?: string): string {
    // With -1 every name would seem to be missing. (`return await` keeps what `await using` has opened.)
    if (this.#handle.fd < 0) throw new Error(`${this.path} was closed before this use`);
    const here = `/proc/self/fd/${this.#handle.fd}`;
    if (name === undefined) return `${here}/`;
    if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name))
      throw new BelfryError('invalid', `${JSON.stringify(name)} is not the name of a file in a directory`);
    return `${here}/${name}`;
  }

  async #open(name: string, flags: number): Promise<FileHandle | null> {
    try {
      return await open(this.#at(name), flags);
    } catch (error) {
      switch (codeOf(error)) {
        case 'ENOENT':
          return null;
        case 'EISDIR':
        case 'ELOOP':
        // A socket, or a pipe that nobody reads.
        case 'ENXIO':
          throw await this.#refused(name, 'a regular file');
        default:
          throw error;
      }
    }
  }

  #check(name: string, info: Stats, oneName: boolean): void {
    const path = join(this.path, name);
    if (!info.isFile()) throw new RefusedFile(path, 'a regular file', kindOf(info));
    if (oneName && info.nlink > 1)
      throw new RefusedFile(path, 'a file with one name', `one with ${info.nlink} names`);
  }

  async #refused(name: string, wanted: string): Promise<RefusedFile> {
    const now = await this.lstat(name);
    return new RefusedFile(
      join(this.path, name),
      wanted,
      now === null ? 'one that no longer exists' : kindOf(now),
    );
  }
}

/** The first bytes of an open file. Its size is no measure: it may grow meanwhile. */
export async function readAtMost(file: FileHandle, most: number): Promise<Buffer> {
  // One more than there seem to be tells that there are more, and then the next round has room for twice as many.
  let bytes = Buffer.alloc(Math.min((await file.stat()).size + 1, most));
  let length = 0;
  while (length < most) {
    if (length === bytes.length) bytes = Buffer.concat([bytes], Math.min(length * 2, most));
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}

export interface OpenOptions extends Pick<ReadOptions, 'links' | 'oneName'> {
  /** For reading and writing; otherwise for reading. */
  write?: boolean;
}

/**
 * Whether nobody who can give a file a name in a directory learns more from it than he could read himself. One look at
 * the open file says so, where the number of its names may have changed since it was opened.
 */
function readableByWriters(file: Stats, directory: Stats): boolean {
  const own = file.uid === directory.uid && (directory.mode & 0o022) === 0;
  const group = file.gid === directory.gid && (file.mode & 0o040) !== 0;
  return own || (group && (directory.mode & 0o002) === 0) || (file.mode & 0o004) !== 0;
}

function absent(error: unknown): boolean {
  return missing(error) !== null;
}

let procIsThere = false;

/** Without /proc every name would seem to be missing. */
async function checkProc(): Promise<void> {
  if (procIsThere) return;
  await lstat('/proc/self/fd').catch(cause => {
    throw new BelfryError('environment', 'belfry needs /proc, and it is not mounted here', {
      hint: 'mount -t proc proc /proc   # in a container or chroot, too',
      cause,
    });
  });
  procIsThere = true;
}
// long: one class, a few lines for each system call
