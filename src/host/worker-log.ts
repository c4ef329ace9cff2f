/**
 * The worker's log. The worker opens it itself, when it has become the home's owner: whoever starts it may be root, or run
 * for a pusher, and would follow a link that lies in its place. Both standard outputs lead there then: what Node itself
 * says when it dies, out of memory for example, stands in the log too.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { BelfryError } from '../errors.ts';

/** Leads standard output and standard error into the log. @throws BelfryError `permission`; both are as they were then */
export function takeLog(home: string): void {
  const log = openLog(home);
  try {
    for (const standard of [1, 2]) {
      closeSync(standard);
      // The kernel gives the lowest number that is free; nothing else runs in between.
      const got = openSync(`/proc/self/fd/${log}`, constants.O_WRONLY | constants.O_APPEND);
      if (got !== standard) throw new BelfryError('environment', `wanted descriptor ${standard}, got ${got}`);
    }
  } finally {
    closeSync(log);
  }
}

/** A log that is longer is moved aside, to `worker.log.1`, which is replaced. */
const LONGEST = 50 * 2 ** 20;
/** Where the log is removed the whole home may be: nothing is made in there before that is over. */
const REMOVAL_MS = 10_000;

/**
 * Gives what writes lines into the log, whoever has started the worker: always into the file of that name, also after
 * somebody has moved the old one away or removed it (logrotate). Standard output and error cannot follow: Node lets nobody
 * put another file in their place while other threads open some. A line for which there is no room is lost.
 * @param options `shown`: on standard error too, unless that is the log itself. `now`: milliseconds since 1970
 * @throws BelfryError `permission`
 */
export function openLines(home: string, { shown = false, now = Date.now } = {}): (text: string) => void {
  let log = openLog(home);
  let removedAt: number | null = null;
  const twice = shown && !sameFile(fstatSync(log), fstatOf(2));
  return text => {
    if (twice) process.stderr.write(text);
    try {
      const state = stateOf(home, log);
      removedAt = state === 'removed' ? (removedAt ?? now()) : null;
      if (state === 'over' || (removedAt !== null && Math.abs(now() - removedAt) >= REMOVAL_MS)) {
        const next = openLog(home);
        closeSync(log);
        log = next;
        removedAt = null;
      }
    } catch {
      // What is in its place cannot be used: the old file is better than none.
    }
    try {
      writeSync(log, text);
    } catch {}
  };
}

/** One line, from a process that is not the worker. @throws BelfryError `permission`, or the error of the file system */
export function addLine(home: string, text: string): void {
  const log = openLog(home);
  try {
    writeSync(log, text);
  } finally {
    closeSync(log);
  }
}

/** `over`: another file is due, since somebody has moved this one, or it is moved now as it is too long. */
function stateOf(home: string, log: number): 'good' | 'over' | 'removed' {
  const path = logPath(home);
  const info = fstatSync(log);
  const named = lstatSync(path, { throwIfNoEntry: false });
  if (named === undefined && info.nlink === 0) return 'removed';
  if (!sameFile(info, named)) return 'over';
  if (info.size < LONGEST) return 'good';
  renameSync(path, `${path}.1`);
  return 'over';
}

type Identity = { dev: number; ino: number };

function sameFile(one: Identity, other: Identity | undefined): boolean {
  return one.dev === other?.dev && one.ino === other.ino;
}

function fstatOf(descriptor: number): Identity | undefined {
  try {
    return fstatSync(descriptor);
  } catch {
    return undefined;
  }
}

function logPath(home: string): string {
  return join(home, 'log', 'worker.log');
}

/** Why the worker would write no log there; null when it would, when there is none yet, or when nothing can be written. */
export function logProblem(home: string): string | null {
  try {
    closeSync(openLog(home, 0));
    return null;
  } catch (error) {
    const code = (error as { cause?: { code?: string } }).cause?.code;
    return code === 'ENOENT' || code === 'EROFS' ? null : (error as Error).message;
  }
}

/** A descriptor of a plain file that has no other name and belongs to this process's account. */
function openLog(home: string, create = constants.O_CREAT): number {
  const { O_WRONLY, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
  const path = logPath(home);
  const refuse = (what: string, cause?: unknown) =>
    new BelfryError('permission', `The worker's log ${path} cannot be used: ${what}`, { cause });
  let log: number;
  try {
    // O_NONBLOCK: a pipe that nobody reads from would keep the worker for ever.
    log = openSync(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | create, 0o600);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw refuse(
      code === 'ELOOP' ? 'it is a symbolic link' : code === 'ENXIO' ? 'it is not a file' : message,
      error,
    );
  }
  const info = fstatSync(log);
  const problem = !info.isFile()
    ? 'it is not a file'
    : info.nlink > 1
      ? 'it has a second name (hard link)'
      : info.uid !== process.geteuid!()
        ? `it belongs to account ${info.uid}`
        : null;
  if (problem === null) return log;
  closeSync(log);
  throw refuse(problem);
}
