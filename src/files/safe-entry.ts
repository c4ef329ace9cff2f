/** One file, directory or link, held by a descriptor so that a change hits it and nothing that took its name meanwhile. */
import type { Stats } from 'node:fs';
import { chmod, chown, type FileHandle } from 'node:fs/promises';
import { codeOf, kindOf, RefusedFile } from './file-error.ts';

/** Opens nothing but the name: no permission on the file is needed, and no pipe or device notices it. Linux, x64 and arm64. */
export const O_PATH = 0o10000000;

export class SafeEntry implements AsyncDisposable {
  readonly #handle: FileHandle;
  readonly path: string;
  /** When it was opened; kind, device and inode stay true. */
  readonly info: Stats;

  private constructor(handle: FileHandle, path: string, info: Stats) {
    this.#handle = handle;
    this.path = path;
    this.info = info;
  }

  /** @param handle opened with O_PATH; it is closed with the entry */
  static async of(handle: FileHandle, path: string): Promise<SafeEntry> {
    return new SafeEntry(handle, path, await handle.stat());
  }

  /** @throws RefusedFile for links, pipes, devices, and files with several names; EPERM */
  async chmod(mode: number): Promise<void> {
    if (!this.info.isFile() && !this.info.isDirectory())
      throw new RefusedFile(this.path, 'a file or a directory', kindOf(this.info));
    this.#refuseOtherNames();
    await chmod(this.#itself(), mode);
  }

  /** A link's own owner, for a link. @param uid -1 leaves it @throws RefusedFile for files with several names; EPERM */
  async chown(uid: number, gid: number): Promise<void> {
    this.#refuseOtherNames();
    await chown(this.#itself(), uid, gid);
  }

  /** The same where the kernel allows it: root may give files away, for anybody else they stay as they are. */
  async giveTo({ uid, gid }: { uid: number; gid: number }): Promise<void> {
    if (this.info.uid === uid && this.info.gid === gid) return;
    await this.chown(uid, gid).catch(error => {
      if (codeOf(error) !== 'EPERM') throw error;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }

  /** The kernel goes from here to the open file, and not by a name. */
  #itself(): string {
    return `/proc/self/fd/${this.#handle.fd}`;
  }

  /**
   * A hard link may give a name here to a file of somebody else. The kernel prevents that (`fs.protected_hardlinks`,
   * which every distribution sets); where it does not, this sees it unless the link is removed at the right moment.
   */
  #refuseOtherNames(): void {
    if (!this.info.isDirectory() && this.info.nlink > 1)
      throw new RefusedFile(this.path, 'a file with one name', `one with ${this.info.nlink} names`);
  }
}
