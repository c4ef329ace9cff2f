/**
 * A file system of a few megabytes, mounted where a test wants it: it really gets full, and really becomes read-only,
 * for root too. Only root can mount one; it goes with the test.
 */
import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Test } from 'tap';
import { must, run } from './run.ts';

export const PAGE = 4_096;

export interface SmallDisk {
  /** Directory of the test, in which it is mounted. */
  dir: string;
  /** Fills it up. @param left bytes that stay free, whole pages */
  fill(left: number): Promise<void>;
  /** Gives the room back. */
  empty(): Promise<void>;
  readOnly(): Promise<void>;
  writable(): Promise<void>;
}

/** Null when the test cannot go on; it has been told why. @param place below a directory of its own */
export async function smallDisk(t: Test, place: string, kib: number): Promise<SmallDisk | null> {
  // Not tap's own directory: that is removed before what is torn down later.
  const dir = await mkdtemp(join(tmpdir(), 'belfry-disk-'));
  t.teardown(() => rm(dir, { recursive: true, force: true }));
  const path = join(dir, place);
  await mkdir(path, { recursive: true });
  const env = { PATH: process.env.PATH ?? '' };
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${kib}k,mode=700`, 'none', path], { env });
  if (mounted.status !== 0) {
    const reason = `needs to mount a file system: ${mounted.stderr.trim()}`;
    if (process.env.CI) t.fail(reason);
    else t.pass('skipped', { skip: reason });
    return null;
  }
  t.teardown(() => must('umount', ['-l', path], { env }));
  const filler = join(path, 'filler');
  const remount = (how: string) => must('mount', ['-o', `remount,${how}`, path], { env });
  return {
    dir,
    async fill(left) {
      await rm(filler, { force: true });
      const { bavail, bsize } = await statfs(path);
      // Others write there too: what they have taken meanwhile no longer exists.
      await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - left), 1)).catch(ignoreFull);
    },
    empty: () => rm(filler, { force: true }),
    readOnly: async () => void (await remount('ro')),
    writable: async () => void (await remount('rw')),
  };
}

function ignoreFull(error: unknown): void {
  if ((error as { code?: string }).code !== 'ENOSPC') throw error;
}
