/**
 * Git that fails by what passes: it was killed by somebody else (the kernel, for memory), it could not be started, it got no
 * thread, or the file system was away for a moment. What it was asked may be answered when it is asked again.
 *
 * Not among them are git's own bounds (time, memory, see `git-process.ts`): what runs into them does so again.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { BelfryError } from '../errors.ts';

/** Nobody but the machine is to blame, and nothing was recorded: the same is to be tried again. */
export class PassingTrouble extends BelfryError {
  constructor(cause: Error) {
    super('git', cause.message, { cause });
    this.name = 'PassingTrouble';
  }
}

/** What has happened to the gits of one piece of work. */
export interface Watch {
  passed: Error | null;
}

const watches = new AsyncLocalStorage<Watch>();

/** The work that a git is started for. */
export function currentWatch(): Watch | undefined {
  return watches.getStore();
}

/**
 * Does the work and says whether a git that belongs to it failed by what passes, also where the work has gone on without
 * its answer.
 */
export async function watchGit<T>(
  work: () => Promise<T>,
): Promise<{ done: PromiseSettledResult<T>; passed: Error | null }> {
  const watch: Watch = { passed: null };
  const [done] = await watches.run(watch, () => Promise.allSettled([work()]));
  return { done, passed: watch.passed };
}

/** Signals that come from outside. What a broken object makes git do to itself are others. */
const FROM_OUTSIDE = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGPWR', 'SIGBUS']);
/** What the system says of itself: no process, no thread, no descriptor; a file system that does not answer or is away. */
const OF_THE_SYSTEM = new Set([
  ...['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ENOBUFS', 'EINTR', 'ETXTBSY'],
  ...['EIO', 'ESTALE', 'ETIMEDOUT', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENOTCONN', 'ECONNRESET', 'EREMOTEIO'],
]);
/** The same in git's words (LC_ALL=C), at the end of what it says: what stands before may be a name that somebody chose. */
const SAID =
  /(?:died of signal (?:9|15)|(?:^|: )cannot fork|: (?:resource temporarily unavailable|cannot allocate memory|too many open files(?: in system)?|stale (?:NFS )?file handle|input\/output error|connection timed out|transport endpoint is not connected|host is down|no route to host))$/im;

export function isFromOutside(signal: string): boolean {
  return FROM_OUTSIDE.has(signal);
}

/** @param stderr of a git that has failed */
export function saysPassing(stderr: string): boolean {
  return SAID.test(stderr);
}

/** Whether an error of the system passes. */
export function isPassing(error: unknown): boolean {
  return OF_THE_SYSTEM.has(String((error as { code?: unknown } | null)?.code));
}
