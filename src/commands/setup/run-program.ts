/** Runs the installed program: the command line becomes the owner of the home by itself. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { nodeOf, type SetupOptions } from './options.ts';

/** What it says goes to the terminal, unless `silent`. Gives its exit status, null when a signal ended it. */
export function runBelfry(options: SetupOptions, args: string[], silent = false): Promise<number | null> {
  return runNode(options, [join(options.prefix, 'src/cli.ts'), '--home', options.home, ...args], silent);
}

export function runNode(options: SetupOptions, args: string[], silent = false): Promise<number | null> {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(options.prefix, 'cache') };
  return new Promise((resolve, reject) => {
    const out = silent ? 'ignore' : 'inherit';
    // The owner may not be able to read root's working directory.
    const child = spawn(nodeOf(options), args, { cwd: '/', env, stdio: ['ignore', out, out] });
    child.on('error', reject);
    child.on('close', resolve);
  });
}
