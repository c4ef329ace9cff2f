/** Runs a program of the system, and gives what it said. */
import { spawn } from 'node:child_process';

export interface Said {
  /** Null when it could not be started. */
  status: number | null;
  stdout: string;
}

/** What it says on standard error is nobody's business. */
export function askProgram(program: string, args: string[], input = ''): Promise<Said> {
  return new Promise(resolve => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', chunk => {
      stdout += chunk;
    });
    child.on('error', () => resolve({ status: null, stdout: '' }));
    child.on('close', status => resolve({ status, stdout }));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
