/**
 * A tower whose hooks and workers can be killed at a chosen system call: strace stands in front of them and sends
 * SIGKILL when that call is about to be made. What runs behind it is the product as it is.
 */
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { Test } from 'tap';
import { installHooks } from '../../src/installer/install-hooks.ts';
import { type Belfry, belfry, NODE, PROJECT } from '../support/belfry.ts';
import { type GitRepository, gitRepository } from '../support/git-repository.ts';
import { processesOf } from '../support/processes-of.ts';
import { until } from '../support/until.ts';
import { HOOK_CALLS } from './hook-steps.ts';
import type { Plan } from './steps.ts';
import { WORKER_CALLS } from './worker-steps.ts';

export interface Stage {
  dir: string;
  belfry: Belfry;
  repositories: GitRepository[];
  /** The next worker that a hook starts is killed; gives its trace file. */
  killWorker(plan: Plan): Promise<string>;
  /** The next hook of this repository is killed; gives its trace file. */
  killHook(repository: number, plan: Plan): Promise<string>;
  /** Kills every worker that there is. */
  killAll(): Promise<void>;
  /** From now on no hook starts one, until the next plan. */
  close(): Promise<void>;
  /** What strace has written so far; empty when the process was never started. */
  trace(file: string): Promise<string>;
  /** The same for the last time: the file goes. */
  lastTrace(file: string): Promise<string>;
}

const FULL_NAMES = ['acme/app', 'acme/lib', 'solo'];

/** Three repositories; the second one had a hook of its own before. `dir` is a directory of the test. */
export async function stage(t: Pick<Test, 'teardown'>, dir: string): Promise<Stage> {
  const bell = belfry(t, dir);
  const app = join(dir, 'app');
  await mkdir(join(app, 'node_modules', '.bin'), { recursive: true });
  await mkdir(join(dir, 'traces'));
  for (const part of ['src', 'hooks', 'migrations', 'package.json'])
    await symlink(join(PROJECT, part), join(app, part));
  const node = join(app, 'node_modules', '.bin', 'node');
  await writeFile(node, workerScript(dir), { mode: 0o755 });

  const repositories: GitRepository[] = [];
  for (const fullName of FULL_NAMES) repositories.push(await gitRepository(dir, { fullName }));
  const foreign = '#!/bin/sh\nwhile read -r old new ref; do :; done\nexec cat /dev/null\n';
  await writeFile(join(repositories[1]!.path, 'hooks', 'post-receive'), foreign, { mode: 0o755 });
  await bell.json(['install', join(dir, 'root')]);
  for (const [index, repository] of repositories.entries()) {
    await installHooks(repository.path, { app, home: bell.home });
    const traced = join(dir, `traced-${index}`);
    await mkdir(traced);
    const hook = join(repository.path, 'hooks', 'post-receive');
    await writeFile(join(traced, 'post-receive'), hookScript(dir, index, hook), { mode: 0o755 });
    await repository.server('config', 'core.hooksPath', traced);
    await repository.server('config', 'receive.denyDeleteCurrent', 'ignore');
  }

  let traces = 0;
  const plan = async (name: string, { call, when, only = [] }: Plan) => {
    const trace = join(dir, 'traces', `${++traces}`);
    const paths = only.map(file => `-P ${join(bell.home, file)}`).join(' ');
    await writeFile(`${trace}.plan`, `${call}:signal=SIGKILL:when=${when} ${trace} ${paths}\n`);
    await rename(`${trace}.plan`, join(dir, name));
    return trace;
  };

  const trace = (file: string) => readFile(file, 'latin1').catch(() => '');
  return {
    dir,
    belfry: bell,
    repositories,
    async killWorker(what) {
      const trace = await plan('worker-plan', what);
      await rm(join(dir, 'closed'), { force: true });
      return trace;
    },
    close: () => writeFile(join(dir, 'closed'), ''),
    killHook: (repository, what) => plan(`hook-plan-${repository}`, what),
    killAll: () =>
      until('all workers to be dead', () => {
        const left = processesOf(bell.home);
        for (const pid of left) kill(pid);
        return left.length === 0;
      }).then(() => {}),
    trace,
    lastTrace: async file => {
      const text = await trace(file);
      await rm(file, { force: true });
      return text;
    },
  };
}

/** Not strace: it goes by itself when nothing is left to look at, and writes down what happened. */
function kill(pid: number): void {
  try {
    if (readFileSync(`/proc/${pid}/comm`, 'utf8') !== 'strace\n') process.kill(pid, 'SIGKILL');
  } catch {
    // Gone between the two looks.
  }
}

/** Takes the plan away, so that it is carried out once. */
const TAKE_PLAN = (dir: string, name: string) => `#!/bin/sh
if mv '${dir}/${name}' '${dir}/${name}.'$$ 2>/dev/null; then
  read -r inject trace paths <'${dir}/${name}.'$$
  rm '${dir}/${name}.'$$`;

const STRACE = (calls: string) =>
  `exec strace -f -yy -qq -ttt -s 100 -o "$trace" -e trace=${calls} -e inject="$inject" $paths`;

/**
 * Stands where the hook looks for Node. Between two rounds it starts nothing, nor beside the worker that is watched, which
 * strace makes so slow that any other would have the lock first; nor below a traced hook: strace would wait for it.
 */
function workerScript(dir: string): string {
  return `${TAKE_PLAN(dir, 'worker-plan').replace(
    '\nif',
    `
[ ! -e '${dir}/closed' ] || exit 0
while read -r key value; do
  [ "$key" != TracerPid: ] || [ "$value" = 0 ] || exit 0
done </proc/$$/status
if`,
  )}
  echo $$ >'${dir}/watched'
  ${STRACE(WORKER_CALLS)} '${NODE}' "$@"
fi
read -r watched <'${dir}/watched' && kill -0 "$watched" 2>/dev/null && exit 0
exec '${NODE}' "$@"
`;
}

function hookScript(dir: string, index: number, hook: string): string {
  return `${TAKE_PLAN(dir, `hook-plan-${index}`)}
  ${STRACE(HOOK_CALLS)} '${hook}' "$@"
fi
exec '${hook}' "$@"
`;
}
