/**
 * Runs git and gives its output piece by piece. simple-git keeps the whole output of a command until it has ended; what
 * a push brought can be hundreds of megabytes, is reduced while it comes, and is often wanted only in part: whoever
 * stops reading ends the process.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { gitEnvironment, STEADY_CONFIG } from './git-environment.ts';
import { gitError, noGitError } from './git-error.ts';

/** The repository that git works on, and where git itself is found. */
export interface GitPlace {
  /** Absolute path of the git directory. */
  repository: string;
  /** PATH; by default the system's directories. */
  path?: string | undefined;
  /** Where git reads its settings instead, see `object-view.ts`. */
  view?: string;
}

/** @throws BelfryError `git` when git cannot be started or fails before the reader stops */
export async function* streamGit(
  place: GitPlace,
  args: string[],
  input: string,
): AsyncGenerator<Buffer, void> {
  const child = spawn('git', [...STEADY_CONFIG.flatMap(setting => ['-c', setting]), ...args], {
    // The repository is named by GIT_DIR; its directory as the working directory may be one we cannot enter.
    cwd: '/',
    env: gitEnvironment(place.repository, place.path, place.view),
  });
  const told = collect(child.stderr);
  const ended = whenEnded(child);
  // Git that ends early breaks the pipe; its exit status says why.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let read = false;
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer;
    read = true;
  } finally {
    if (!read) {
      child.kill();
      child.stdout.destroy();
      await ended;
    }
  }
  const end = await ended;
  if (end.status === 0) return;
  const command = args[0] ?? '';
  if (end.error !== undefined && 'code' in end.error && end.error.code === 'ENOENT')
    throw noGitError(end.error);
  if (end.error !== undefined) throw gitError(command, place.repository, end.error.message, end.error);
  throw gitError(command, place.repository, told() || `ended by ${end.signal ?? `status ${end.status}`}`);
}

interface End {
  status: number | null;
  signal: string | null;
  error?: Error;
}

function whenEnded(child: ChildProcessWithoutNullStreams): Promise<End> {
  return new Promise(resolve => {
    child.once('error', error => resolve({ status: null, signal: null, error }));
    child.once('close', (status, signal) => resolve({ status, signal }));
  });
}

/** The start of what git says; a broken repository can make it say much. */
function collect(stderr: NodeJS.ReadableStream): () => string {
  let text = '';
  stderr.on('data', (chunk: Buffer) => {
    if (text.length < 4096) text += chunk.toString('utf8');
  });
  return () => text.slice(0, 4096);
}
