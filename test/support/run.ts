/**
 * Runs a program and gives what it did, whatever its status. Never the synchronous calls of node:child_process: the
 * receiver that a pushed-to hook talks to lives in the test's own process and must stay awake.
 */
import { spawn } from 'node:child_process';

export interface Ran {
  /** Null when a signal ended it. */
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** The exact bytes of standard output. */
  bytes: Buffer;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  stdin?: string | Buffer;
}

/** Throws only when the program cannot be started at all. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? {},
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', chunk => stdout.push(chunk));
    child.stderr.on('data', chunk => stderr.push(chunk));
    // A program that does not read its input closes the pipe: that is its right, not the test's failure.
    child.stdin.on('error', () => {});
    child.stdin.end(options.stdin ?? '');
    child.on('error', reject);
    child.on('close', (status, signal) => {
      const bytes = Buffer.concat(stdout);
      resolve({
        status,
        signal,
        stdout: bytes.toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
        bytes,
      });
    });
  });
}

/** The same, but anything other than status 0 is an error that shows what was said. Gives standard output. */
export async function must(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const ran = await run(command, args, options);
  if (ran.status === 0) return ran.stdout;
  throw new Error(
    `wanted status 0 of ${command} ${args.join(' ')}, got ${ran.status ?? ran.signal}\n${ran.stdout}${ran.stderr}`,
  );
}
