/**
 * The command line in the test's own process: `main` with a process that has its own arguments, streams and
 * environment. A process that only calls itself a worker keeps commands from starting a real one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Test } from 'tap';
import { main } from '../../src/commands/main.ts';
import { prepareHome } from '../../src/host/home.ts';
import { writePid } from '../../src/host/worker-process.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestStore } from '../store/stage.ts';
import { NODE } from '../support/belfry.ts';

export interface Said {
  status: number;
  stdout: string;
  stderr: string;
  // biome-ignore lint/suspicious/noExplicitAny: documents of every shape
  json(): any;
}

export interface RunOptions {
  stdin?: string;
  env?: Record<string, string>;
  columns?: number;
  /** Whether standard output is one. */
  terminal?: boolean;
}

export interface Line {
  home: string;
  store: Store;
  run(args: string[], options?: RunOptions): Promise<Said>;
}

/** One for all tests of a file. */
const worker = spawn(
  NODE,
  ['-e', `process.title = 'belfry-worker'; console.log('up'); setInterval(() => {}, 1e6)`],
  {
    stdio: ['ignore', 'pipe', 'ignore'],
  },
);
const up = once(worker.stdout!, 'data').then(() => {
  // From now on it keeps nobody.
  worker.unref();
  (worker.stdout as unknown as { unref(): void }).unref();
});
process.on('exit', () => worker.kill('SIGKILL'));

/** @param home by default in a directory of the test's own, which is emptied */
export async function line(t: Test, home = join(t.testdir({}), 'home')): Promise<Line> {
  mkdirSync(home);
  chmodSync(home, 0o700);
  await prepareHome(home);
  await up;
  await writePid(home, worker.pid!);
  const { store } = openTestStore(t, home);
  return { home, store, run: (args, options) => belfry(['--home', home, ...args], options) };
}

export async function belfry(
  args: string[],
  { stdin = '', env = {}, columns = 80, terminal = false }: RunOptions = {},
): Promise<Said> {
  let [stdout, stderr] = ['', ''];
  const umask = process.umask();
  // Help is printed by yargs itself.
  const print = console.log;
  console.log = (text: string) => {
    stdout += `${text}\n`;
  };
  const status = await main({
    argv: ['node', 'belfry', ...args],
    env,
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: {
      columns,
      isTTY: terminal,
      write: (text: string, done?: () => void) => {
        stdout += text;
        done?.();
      },
    },
    stderr: {
      write: (text: string) => {
        stderr += text;
      },
    },
    umask: process.umask.bind(process),
    geteuid: () => 1_000,
    execPath: process.execPath,
  } as unknown as NodeJS.Process);
  console.log = print;
  process.umask(umask);
  return { status, stdout, stderr, json: () => JSON.parse(stdout) };
}
