/**
 * Reads a file that some Unix account has dropped, and says whose it is. Its owner is the one identity that nobody can
 * pretend, so everything that could put somebody else's file under a new name is refused: links of both sorts, and what
 * others than the owner may write. Nothing that is not a plain file is waited for, and nothing grows without end.
 */
import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';

export interface DroppedFile {
  bytes: Buffer;
  /** Unix account that wrote it. */
  uid: number;
  /** When it was written, milliseconds since 1970. */
  at: number;
  /** When it was last changed, milliseconds since 1970, as the kernel says: its owner cannot set this time. */
  changedAt: number;
  /** Bytes of the whole file. */
  size: number;
}

const LINKED = 'it has a second name (hard link), so its writer is unknown';
const UNREADABLE = 'it cannot be read';
/** What no file is to blame for. */
const MACHINE = /^(EMFILE|ENFILE|ENOMEM|EIO|EAGAIN|ESTALE|ETIMEDOUT)$/;

/** Whether that is why a file cannot be used: somebody may set that right, and it may be a push. */
export function isUnreadable(reason: string): boolean {
  return reason.startsWith(UNREADABLE);
}

/** A push of 10,000 refs takes 1 MB; what is far larger is rubbish. What is refused, a comparison finds. */
const LARGEST = 64 * 1024 * 1024;

/**
 * The file, a sentence that says why it is none, or null when it is gone. Throws when the machine is to blame (no
 * descriptor left, a disk that fails): that says nothing about the file.
 * @param most bytes from the beginning; by default all of it
 */
export async function readDropped(path: string, most = LARGEST): Promise<DroppedFile | string | null> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    // O_NONBLOCK: a pipe that nobody writes to would keep the thread for ever.
    await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const info = await file.stat();
    const { mode, nlink, size, uid, mtimeMs, ctimeMs } = info;
    if (!info.isFile()) return 'it is not a file';
    if (nlink > 1) return LINKED;
    if ((mode & 0o022) !== 0) return 'accounts other than its owner may write it, so its writer is unknown';
    if (size > LARGEST) return `it has ${size} bytes, at most ${LARGEST} are read`;
    const bytes = Buffer.alloc(Math.min(size, most));
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    // Its owner can set the one time, and only the kernel the other.
    const at = Math.floor(Math.min(mtimeMs, ctimeMs));
    return { bytes: bytes.subarray(0, length), uid, at, changedAt: Math.floor(ctimeMs), size };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code === 'ELOOP') return 'it is a symbolic link';
    if (code === 'ENXIO') return 'it is not a file';
    if (MACHINE.test(code ?? '')) throw error;
    const info = await lstat(path).catch(() => null);
    return info?.isFile() && info.nlink > 1 ? LINKED : `${UNREADABLE}: ${message}`;
  }
}
