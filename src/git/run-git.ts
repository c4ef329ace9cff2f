/**
 * Runs git: the one place where all of belfry's commands go through, with their output as a stream, as a whole, or as an
 * exit status. What a push brought can be hundreds of megabytes, is reduced while it comes, and is often wanted only in
 * part: whoever stops reading ends the process. simple-git, which serves the settings in `installer/`, starts git without
 * a process group and without limits that the kernel keeps.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gitError } from './git-error.ts';
import { type GitEnd, type GitOptions, type GitPlace, type GitProcess, startGit } from './git-process.ts';

/** What git reads: a text, or what comes while it reads. */
export type GitInput = string | AsyncIterable<Buffer>;

export interface GitAnswer {
  status: number;
  stdout: string;
  stderr: string;
}

/** Answers stand at the beginning; a merge with a million conflicts goes on to name each of them. */
const LONGEST = 16 * 1024 * 1024;

/** @throws BelfryError `git` when git cannot be started, a limit ends it, or it fails before the reader stops */
export async function* streamGit(
  place: GitPlace,
  args: readonly string[],
  input: GitInput = '',
  options: GitOptions = {},
): AsyncGenerator<Buffer, void> {
  const { status, stderr } = yield* output(place, args, input, options);
  if (status !== 0) throw failed(place, args, status, stderr);
}

/** The same in whole lines as text, some thousand at a time: a repository may have half a million refs. */
export async function* streamLines(place: GitPlace, args: readonly string[]): AsyncGenerator<string[], void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of streamGit(place, args)) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf('\n') + 1;
    rest = bytes.subarray(end);
    if (end > 0) yield bytes.toString('utf8', 0, end - 1).split('\n');
  }
}

/**
 * For an answer that is also in the exit status: for `merge-tree` and `merge-base` 1 is no failure.
 * @throws BelfryError `git` when git cannot be started, or a signal or a limit ends it
 */
export async function tryGit(
  place: GitPlace,
  args: readonly string[],
  input: GitInput = '',
  options: GitOptions = {},
): Promise<GitAnswer> {
  const stdout: Buffer[] = [];
  let length = 0;
  const chunks = output(place, args, input, options);
  for (;;) {
    const next = await chunks.next();
    if (next.done) {
      const { status, stderr } = next.value;
      return { status: status!, stdout: Buffer.concat(stdout).toString('utf8'), stderr };
    }
    if (length < LONGEST) stdout.push(next.value);
    length += next.value.length;
  }
}

/** The same for commands that have nothing to answer but success. @throws BelfryError `git` */
export async function mustGit(
  place: GitPlace,
  args: readonly string[],
  input: GitInput = '',
  options: GitOptions = {},
): Promise<string> {
  const { status, stdout, stderr } = await tryGit(place, args, input, options);
  if (status === 0) return stdout;
  throw failed(place, args, status, stderr);
}

async function* output(
  place: GitPlace,
  args: readonly string[],
  input: GitInput,
  options: GitOptions,
): AsyncGenerator<Buffer, GitEnd> {
  const git = startGit(place, args, options);
  const fed = feed(git, input);
  try {
    git.startClock();
    // It says why in its end, if anything ends it.
    for await (const chunk of git.stdout.iterator({ destroyOnReturn: false })) {
      git.stopClock();
      yield chunk as Buffer;
      git.startClock();
    }
    const end = await git.end;
    const unfed = await fed;
    if (unfed !== null) throw unfed;
    return end;
  } catch (error) {
    // A stream that was destroyed has no more to say than that, and git no more than that it was ended.
    if (git.killed) {
      const unfed = await fed;
      if (unfed !== null) throw unfed;
      await git.end;
    }
    throw error;
  } finally {
    git.kill('nobody reads on');
    await git.end.catch(() => {});
  }
}

/** Gives the error of what was to be read, if there is one. */
async function feed(git: GitProcess, input: GitInput): Promise<Error | null> {
  if (typeof input === 'string') {
    git.stdin.end(input);
    return null;
  }
  let trouble: Error | null = null;
  const watched = async function* () {
    try {
      yield* input;
    } catch (error) {
      trouble = error as Error;
      throw error;
    }
  };
  await pipeline(Readable.from(watched()), git.stdin).catch(() => {});
  if (trouble !== null) git.kill('its input failed');
  return trouble;
}

function failed(place: GitPlace, args: readonly string[], status: number | null, stderr: string) {
  return gitError(args[0] ?? '', place.repository, stderr || `ended by status ${status}`);
}

/**
 * @param path the PATH on which git is looked for; default: the system's directories
 * @returns for example `2.39.5`
 * @throws BelfryError `git` when there is none
 */
export async function gitVersion(path?: string): Promise<string> {
  const text = await mustGit({ repository: null, path }, ['--version']);
  return /\d+(\.\d+)+/.exec(text)?.[0] ?? text.trim();
}
