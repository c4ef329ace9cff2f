/**
 * A command of the command line in the test's own process. Only `main` may touch the process it is given: what stands in
 * for it here has input, outputs and environment of its own.
 */
import process from 'node:process';
import { Readable, Writable } from 'node:stream';
import { main } from '../../src/commands/main.ts';
import type { Ran, RunOptions } from './run.ts';

// The environment of the commands says so (environment.ts), and here it is this process that prints times.
process.env.TZ = 'UTC';

/** Gives what the process would have done. Relative paths are not those of `cwd`: give whole ones. */
export async function runHere(args: readonly string[], { env = {}, stdin = '' }: RunOptions): Promise<Ran> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const leave = enter(env);
  try {
    const status = await main(
      Object.create(process, {
        argv: { value: [process.execPath, 'belfry', ...args] },
        env: { value: { ...env } },
        stdin: { value: Readable.from(stdin.length === 0 ? [] : [Buffer.from(stdin)]) },
        stdout: { value: collector(stdout) },
        stderr: { value: collector(stderr) },
      }),
    );
    const bytes = Buffer.concat(stdout);
    return {
      status,
      signal: null,
      stdout: bytes.toString('utf8'),
      stderr: Buffer.concat(stderr).toString('utf8'),
      bytes,
    };
  } finally {
    leave();
  }
}

function collector(chunks: Buffer[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
}

let running = 0;
let before: { umask: number; env: NodeJS.ProcessEnv };

/** What programs inherit that a command starts is the whole process's; it is put back when the last of several has ended. */
function enter(env: Record<string, string>): () => void {
  if (running++ === 0) before = { umask: process.umask(), env: process.env };
  process.env = { ...env };
  return () => {
    if (--running > 0) return;
    process.umask(before.umask);
    process.env = before.env;
  };
}
