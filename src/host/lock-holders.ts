/** Who holds a lock on a file: what the kernel knows of it (proc_locks(5)). */
import { readFile, stat } from 'node:fs/promises';

export interface LockHolder {
  pid: number;
  /** The program's name; empty when the process is none of ours to see. */
  name: string;
}

/** Exclusive locks only: readers hold up nobody. Empty where /proc says nothing of other containers' processes. */
export async function lockHolders(paths: string[]): Promise<LockHolder[]> {
  const inodes = new Set<string>();
  for (const path of paths) {
    const info = await stat(path).catch(() => null);
    if (info !== null) inodes.add(String(info.ino));
  }
  const pids = new Set<number>();
  for (const line of (await readFile('/proc/locks', 'utf8').catch(() => '')).split('\n')) {
    // `1: POSIX  ADVISORY  WRITE 3548 08:01:5241 120 120`; with `->` for one that waits.
    const [, , , kind, pid, place = ''] = line.split(/\s+/);
    if (kind === 'WRITE' && Number(pid) > 0 && inodes.has(place.split(':')[2] ?? '')) pids.add(Number(pid));
  }
  return Promise.all(
    [...pids].map(async pid => ({
      pid,
      name: (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim(),
    })),
  );
}
