/**
 * The worker's log. The worker opens it itself, when it has become the home's owner: whoever starts it may be root, or run
 * for a pusher, and would follow a link that lies in its place. Both standard outputs lead there then: what Node itself
 * says when it dies, out of memory for example, stands in the log too.
 */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
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
  const path = join(home, 'log', 'worker.log');
  const refuse = (what: string, cause?: unknown) =>
    new BelfryError('permission', `the worker's log ${path} cannot be used: ${what}`, { cause });
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
      ? 'it has another name too'
      : info.uid !== process.geteuid!()
        ? `it belongs to account ${info.uid}`
        : null;
  if (problem === null) return log;
  closeSync(log);
  throw refuse(problem);
}
