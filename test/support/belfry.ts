/**
 * The command line on a home of the test's own, run in the test's process unless it has to be one of its own; and the
 * worker that the hooks start there: it is stopped, and seen to be gone, before the test's directory is removed.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { Test } from 'tap';
import { prepareHome } from '../../src/host/home.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { environment } from './environment.ts';
import { endProcess, hasThreads, workersAround } from './processes-of.ts';
import { type Ran, run } from './run.ts';
import { runHere } from './run-here.ts';
import { until } from './until.ts';

/** The root of the checkout. */
export const PROJECT = join(import.meta.dirname, '..', '..');

/** Node 24 as the project pins it; the system's may be older. */
export const NODE = join(PROJECT, 'node_modules', '.bin', 'node');

export interface BelfryRan extends Ran {
  /** Standard output as one JSON document; throws with what was said when it is none. */
  json<T = unknown>(): T;
}

export interface BelfryOptions {
  stdin?: string | Buffer;
  env?: Record<string, string>;
  /**
   * As a process of its own, as a person starts it. That takes 40 times as long: it is for what belongs to the process
   * (its start, signals, accounts, limits, two at once).
   */
  apart?: boolean;
}

export interface Belfry {
  home: string;
  env: Record<string, string>;
  /** Runs `belfry --home <home> …`, whatever comes of it. */
  run(args: string[], options?: BelfryOptions): Promise<BelfryRan>;
  /** The same with `--json`; anything other than status 0 is an error. Gives the document. */
  json<T = unknown>(args: string[], options?: BelfryOptions): Promise<T>;
  /** The process id of the worker that lives, or null. */
  worker(): number | null;
  /** Asks the worker to leave, and waits until it is gone. Gives false when there was none. */
  stopWorker(signal?: 'SIGTERM' | 'SIGKILL'): Promise<boolean>;
}

/**
 * `dir` is a directory of the test; the home is made by the first command that is run, before it, unless it is there. With `made: false` it is left
 * to the test. `apart`: each command is a process of its own, see {@link BelfryOptions}.
 */
export function belfry(
  t: Pick<Test, 'teardown'>,
  dir: string,
  name = 'home',
  { made: isMade = true, apart: allApart = false } = {},
): Belfry {
  const home = join(dir, name);
  // As whoever starts an installed belfry has it.
  const env = environment(dir, { NODE_COMPILE_CACHE: join(PROJECT, 'cache') });
  const worker = () => workerOf(home);
  let made: Promise<void> | undefined;

  const call = async (
    args: string[],
    { stdin = '', env: more = {}, apart = allApart }: BelfryOptions = {},
  ): Promise<BelfryRan> => {
    if (isMade) made ??= makeHome(home);
    await made;
    const command = ['--home', home, ...args];
    const options = { cwd: dir, env: { ...env, ...more }, stdin };
    const ran =
      apart || needsProcess(home, args)
        ? await run(NODE, [join(PROJECT, 'src', 'cli.ts'), ...command], options)
        : await runHere(command, options);
    return {
      ...ran,
      json<T>() {
        try {
          return JSON.parse(ran.stdout) as T;
        } catch (cause) {
          throw new Error(`wanted JSON from belfry ${args.join(' ')}, got: ${said(ran)}`, { cause });
        }
      },
    };
  };

  const stopWorker = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') => {
    const pid = worker();
    if (pid === null) return false;
    endProcess(pid, signal);
    await until(`worker ${pid} to leave after ${signal}`, () => !isWorker(pid));
    return true;
  };

  // Between two of its programs a process has nothing by which it could be known: three times in a row there must be none.
  let quiet = 0;
  const seen = new Set<number>();
  t.teardown(async () => {
    await until(
      `the processes of ${home} to leave`,
      () => {
        const { workers, starting } = workersAround(dir, home);
        for (const pid of workers) endProcess(pid, 'SIGTERM');
        for (const pid of workers) seen.add(pid);
        const left = starting.length + workers.length + [...seen].filter(hasThreads).length;
        quiet = left === 0 ? quiet + 1 : 0;
        return quiet === 3;
      },
      { everyMs: 40 },
    );
    // The kernel may still be finishing what the last one began, and tap removes the test's directory in one try. What cannot
    // be removed is for tap to say.
    await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }).catch(() => {});
  });

  return {
    home,
    env,
    run: call,
    async json<T>(args: string[], options?: BelfryOptions) {
      const ran = await call([...args, '--json'], options);
      if (ran.status !== 0) throw new Error(`wanted status 0 of belfry ${args.join(' ')}, got: ${said(ran)}`);
      return ran.json<T>();
    },
    worker,
    stopWorker,
  };
}

/** A worker takes over its process, yargs prints help by itself, and root becomes the owner of a home that is another's. */
function needsProcess(home: string, args: string[]): boolean {
  if (args.includes('worker') || args.includes('--help')) return true;
  try {
    return statSync(home).uid !== process.geteuid!();
  } catch {
    return false;
  }
}

/** As `belfry install` does it: every other command refuses where there is no home. */
export async function makeHome(home: string): Promise<void> {
  if (existsSync(join(home, 'belfry.db'))) return;
  await prepareHome(home);
  const umask = process.umask(0o077);
  openStore({ home, migrations: join(PROJECT, 'migrations'), opening: 'make' }).close();
  process.umask(umask);
}

function said(ran: Ran): string {
  return `${ran.status ?? ran.signal}\n${ran.stdout}${ran.stderr}`;
}

function workerOf(home: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(join(home, 'worker.pid'), 'utf8'), 10);
    return Number.isInteger(pid) && isWorker(pid) ? pid : null;
  } catch {
    return null;
  }
}

/**
 * The name guards against a process id that was given to somebody else meanwhile. A zombie is none: some machines' first
 * process collects the dead of others once in two seconds.
 */
function isWorker(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.startsWith(`${pid} (belfry-worker) `) && !/^[ZX]/.test(stat.split(') ')[1]!);
  } catch {
    return false;
  }
}
