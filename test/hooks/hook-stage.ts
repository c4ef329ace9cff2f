/**
 * The real hook on a home of its own, under a shell of choice. In place of Node stands a program that writes down how it
 * was started and stays: so it can be seen what the hook starts, and what that holds.
 */
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { renderHook } from '../../src/installer/hook-file.ts';
import { PROJECT } from '../support/belfry.ts';
import { findProgram } from '../support/needs.ts';
import { endProcess, processesNaming, processesOf } from '../support/processes-of.ts';
import { type Ran, run } from '../support/run.ts';
import { until } from '../support/until.ts';

const START_WORKER = 'src/start-worker.sh';
const AWAIT_OUTCOME = 'src/await-outcome.sh';

export const SHELLS = ['dash', 'busybox'] as const;
export type Shell = (typeof SHELLS)[number];

export interface Spooled {
  name: string;
  header: string[];
  body: Buffer;
}

export interface HookStage {
  dir: string;
  home: string;
  /** The program's directory. Nothing is in it unless `fakeNode` was called. */
  app: string;
  /** A directory with `hooks/post-receive` in it, where the hook is run. */
  repository: string;
  hook: string;
  env: Record<string, string>;
  run(stdin: string | Buffer, options?: RunHook): Promise<Ran>;
  /** Puts a foreign hook where installing would have moved it. */
  foreign(script: string): Promise<string>;
  spool(directory?: 'new' | 'tmp'): Promise<Spooled[]>;
  /** What stands in for Node writes to `<dir>/started`, then sleeps (as a worker). */
  fakeNode(): Promise<void>;
  /** What stands in for the script that waits says with what it was called, and what it was given to read. */
  fakeWaiting(): Promise<void>;
  /** Waits until nothing runs any more that the hook has started, but for one process. */
  ended(except?: number): Promise<void>;
  /** What was started, once it was: its arguments, its environment, and where its descriptors lead. */
  started(): Promise<{ pid: number; args: string[]; env: string[]; descriptors: string[] }>;
}

export interface RunHook {
  env?: Record<string, string>;
  args?: string[];
  umask?: string;
  /** Runs it as this user; only root can. */
  uid?: number;
  cwd?: string;
  /** What to run in place of the hook. */
  hook?: string;
  /** A line of shell before the hook is run, as `ulimit -f 1`. */
  before?: string;
}

/** Its directory lies below the system's temporary one: there other users can get at it, too. */
export async function hookStage(
  t: Pick<Test, 'teardown'>,
  shell: Shell,
  name = "h o'me",
): Promise<HookStage> {
  const dir = await mkdtemp(join(tmpdir(), 'belfry-hook-'));
  await chmod(dir, 0o755);
  const home = join(dir, name);
  const app = join(dir, 'app');
  const repository = join(dir, 'repository.git');
  const hook = join(repository, 'hooks', 'post-receive');
  t.teardown(async () => {
    for (const pid of processesOf(dir)) endProcess(pid, 'SIGKILL');
    await until('the end of what the hook started', () => processesOf(dir).length === 0);
    await rm(dir, { recursive: true, force: true });
  });
  for (const path of ['spool/tmp', 'spool/new', 'spool/bad', 'log'])
    await mkdir(join(home, path), { recursive: true });
  await mkdir(join(repository, 'hooks'), { recursive: true });
  await writeFile(hook, await hookText(shell, app, home), { mode: 0o755 });
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', HOME: dir };

  return {
    dir,
    home,
    app,
    repository,
    hook,
    env,
    run(
      stdin,
      {
        env: more = {},
        args = [],
        umask = '022',
        uid,
        cwd = repository,
        hook: other = hook,
        before = ':',
      } = {},
    ) {
      const command = ['sh', '-c', `umask ${umask}; ${before}; exec "$@"`, 'sh', other, ...args];
      const as = uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
      const [program = '', ...rest] = [...as, ...command];
      return run(program, rest, { cwd, env: { ...env, ...more }, stdin });
    },
    async foreign(script) {
      const path = `${hook}.d/post-receive`;
      await mkdir(`${hook}.d`, { recursive: true });
      await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      return path;
    },
    async spool(directory = 'new') {
      const base = join(home, 'spool', directory);
      return Promise.all(
        (await readdir(base)).map(async name => ({ name, ...split(await readFile(join(base, name))) })),
      );
    },
    async fakeNode() {
      await mkdir(join(app, 'node_modules', '.bin'), { recursive: true });
      await mkdir(join(app, 'src'), { recursive: true });
      await copyFile(join(PROJECT, START_WORKER), join(app, START_WORKER));
      const script = `#!/bin/sh
umask 077
{ echo $$; printf '%s\\n' "$*"; echo; cat /proc/$$/environ; } >'${dir}/starting' 2>&1
mv '${dir}/starting' '${dir}/started'
exec '${dir}/sleep' 100
`;
      await copyFile(findProgram('sleep')!, join(dir, 'sleep'));
      await writeFile(join(app, 'node_modules', '.bin', 'node'), script, { mode: 0o755 });
    },
    async fakeWaiting() {
      await mkdir(join(app, 'src'), { recursive: true });
      await writeFile(join(app, AWAIT_OUTCOME), 'printf "waited: %s\\n" "$*"; cat; exit "$3"\n');
    },
    async ended(except) {
      await until('the end of what the hook has started', () =>
        processesNaming(`${dir}/`).every(pid => pid === except),
      );
    },
    async started() {
      const text = await until('the worker', () => readFile(join(dir, 'started'), 'utf8').catch(() => null));
      const [first = '', environment = ''] = text.split('\n\n');
      const [pid, args = ''] = first.split('\n');
      await until('sleep', async () => (await readFile(`/proc/${pid}/comm`, 'utf8')) === 'sleep\n');
      const descriptors = (
        await run('sh', ['-c', `for f in /proc/${pid}/fd/*; do echo "\${f##*/} $(readlink "$f")"; done`], {
          env,
        })
      ).stdout
        .trim()
        .split('\n');
      return {
        pid: Number(pid),
        args: args.split(' '),
        env: environment.split('\0').filter(Boolean),
        descriptors,
      };
    },
  };
}

/** The hook as installing writes it, but for the shell that runs it. */
export async function hookText(shell: Shell, app: string, home: string): Promise<string> {
  const text = await renderHook('post-receive', { app: PROJECT, home });
  const interpreter = shell === 'dash' ? findProgram('dash') : `${findProgram('busybox')} ash`;
  return text
    .replace('#!/bin/sh', `#!${interpreter}`)
    .replace(/^belfry_app=.*$/m, () => `belfry_app='${app}'`);
}

function split(file: Buffer): { header: string[]; body: Buffer } {
  const end = file.indexOf('\n\n');
  return { header: file.subarray(0, end).toString('latin1').split('\n'), body: file.subarray(end + 2) };
}
