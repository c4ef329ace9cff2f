/**
 * What became of a process that a file names. Whoever wrote the file may name any process, so it has to be one of the
 * same account; and it may be a process that nobody shows us.
 */
import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';

/** `unknown`: processes of that account are hidden from us (the mount option hidepid, proc(5)). */
export type ProcessState = 'alive' | 'gone' | 'unknown';

export interface NamedProcess {
  pid: number | null;
  /** When it started, as the kernel counts (proc(5), field 22). */
  startedAt?: number;
  /** A time at which it was at work, milliseconds since 1970: one that began only later has got its number. */
  at?: number;
  /** Unix account whose process it has to be; null: anybody's. */
  uid: number | null;
}

/** proc(5): `starttime` is field 22, in hundredths of a second since the machine started (`btime`, whole seconds). */
const STARTED = 22 - 4;
const START_PRECISION_MS = 2_000;

/** A zombie is gone, and so is a process of another account. @param proc where the kernel shows processes */
export function processState({ pid, startedAt, at, uid }: NamedProcess, proc = '/proc'): ProcessState {
  if (pid === null) return 'unknown';
  if (!Number.isSafeInteger(pid) || pid <= 0) return 'gone';
  let fields: string[];
  let status: string;
  try {
    fields = readFileSync(join(proc, String(pid), 'stat'), 'latin1')
      .split(') ')
      .at(-1)!
      .split(' ');
    status = uid === null ? '' : readFileSync(join(proc, String(pid), 'status'), 'latin1');
  } catch {
    return isHidden(uid, proc) ? 'unknown' : 'gone';
  }
  const [state = '', ...rest] = fields;
  if (state === 'Z' || state === 'X') return 'gone';
  const started = Number(rest[STARTED]);
  if (startedAt !== undefined && started !== startedAt) return 'gone';
  if (at !== undefined && bootedAt() + started * 10 > at + START_PRECISION_MS) return 'gone';
  return uid === null || accountsOf(status).includes(uid) ? 'alive' : 'gone';
}

/** False for a zombie too. */
export function processAlive(pid: number): boolean {
  return processState({ pid, uid: null }) === 'alive';
}

/** When the machine started, milliseconds since 1970, to a second. */
export function bootedAt(): number {
  return Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1]) * 1_000;
}

/** Real, effective, saved and file system's account. */
function accountsOf(status: string): number[] {
  return (/^Uid:\s+(.*)$/m.exec(status)?.[1] ?? '').split(/\s+/).map(Number);
}

/** Root and the account itself see its processes whatever the option says. */
function isHidden(uid: number | null, proc: string): boolean {
  const me = process.getuid?.();
  if (me === 0 || me === uid) return false;
  try {
    return readFileSync(join(proc, 'mounts'), 'latin1')
      .split('\n')
      .some(line => / \/proc proc \S*\bhidepid=(?!0\b|off\b)/.test(line));
  } catch {
    return true;
  }
}

export interface LockHolder {
  pid: number;
  /** The program's name; empty when the process is none of ours to see. */
  name: string;
}

/** Who holds a lock on a file, as the kernel knows it (proc_locks(5)). Exclusive locks only: readers hold up nobody. Empty where /proc says nothing of other containers' processes. */
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
