/** Runs a program of the system, and gives what it said. */
import { execFile } from 'node:child_process';

export interface Said {
  /** Null when it could not be started, or took too long. */
  status: number | null;
  stdout: string;
}

/** What it says on standard error is nobody's business. @param options `timeout` in milliseconds; by default none */
export function askProgram(
  program: string,
  args: string[],
  { input = '', ...options }: { input?: string; timeout?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<Said> {
  return new Promise(resolve => {
    const child = execFile(program, args, options, (error, stdout) => {
      const failed = typeof error?.code === 'number' ? error.code : null;
      resolve({ status: error === null ? 0 : failed, stdout });
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
