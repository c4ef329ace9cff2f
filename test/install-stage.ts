/**
 * A checkout of one's own with the real install.sh, and places to install into. Dependencies are those of this checkout,
 * linked, so that npm has nothing to do; one test runs it all the same.
 */
import {
  chmod,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Test } from 'tap';
import { PROJECT } from './support/belfry.ts';
import { environment } from './support/environment.ts';
import { endProcess, processesOf } from './support/processes-of.ts';
import { must, type Ran, run } from './support/run.ts';
import { until } from './support/until.ts';

export interface InstallStage {
  dir: string;
  source: string;
  prefix: string;
  home: string;
  bin: string;
  srv: string;
  env: Record<string, string>;
  /** `--prefix … --home … --bin … --no-service` */
  places: string[];
  install(args: string[], options?: InstallOptions): Promise<Ran>;
  belfry(...args: string[]): Promise<Ran>;
  repository(name: string): Promise<string>;
}

export interface InstallOptions {
  env?: Record<string, string>;
  /** The shell; default: sh. */
  shell?: string[];
  /** Runs it as this user; only root can. */
  uid?: number;
}

export const isRoot = process.getuid?.() === 0;
/** What is copied by installing. */
const PROGRAM = [
  'install.sh',
  'package.json',
  'package-lock.json',
  '.npmrc',
  'src',
  'hooks',
  'migrations',
  'LICENSE',
];

/**
 * What Node has compiled for earlier stages. It finds that by the path from its cache to the source ("portable"), which is
 * the same in all of them.
 */
const COMPILED = join(PROJECT, 'cache', 'install-stage');

async function copyCompiled(from: string, to: string): Promise<void> {
  const own = `-${process.getuid!()}`;
  // Not the links by which other users find it.
  for (const name of await readdir(from).catch(() => []))
    if (name.endsWith(own) && (await lstat(join(from, name))).isDirectory())
      await cp(join(from, name), join(to, name), { recursive: true, force: false });
}

/**
 * @param options `has`: what is in the prefix already. Where that is the program, nothing is copied or compiled, and no push
 *     tried out, which takes some seconds.
 *
 * Below the system's temporary directory, where other users can get at it too; its name is a hard one to quote.
 */
export async function installStage(
  t: Pick<Test, 'teardown'>,
  { has = 'program' }: { has?: 'program' | 'dependencies' | 'nothing' } = {},
): Promise<InstallStage> {
  const dir = await mkdtemp(join(tmpdir(), "belfry o'install $(x)-"));
  await chmod(dir, 0o755);
  t.teardown(async () => {
    await until('the end of the worker', () => {
      const left = processesOf(dir);
      for (const pid of left) endProcess(pid, 'SIGTERM');
      return left.length === 0;
    });
    for (const [kept, here] of compiled) await copyCompiled(here, kept);
    await rm(dir, { recursive: true, force: true });
  });
  const place = (name: string) => join(dir, name);
  const [source, prefix, home, bin, srv] = ['source', 'prefix', 'home', 'bin', 'srv'].map(place) as [
    string,
    string,
    string,
    string,
    string,
  ];
  await mkdir(source);
  await mkdir(srv);
  for (const name of PROGRAM) await cp(join(PROJECT, name), join(source, name), { recursive: true });
  if (has !== 'nothing') {
    await mkdir(prefix);
    await symlink(join(PROJECT, 'node_modules'), join(prefix, 'node_modules'));
    const there = has === 'program' ? PROGRAM : ['package.json'];
    for (const name of there) await cp(join(PROJECT, name), join(prefix, name), { recursive: true });
    await cp(join(PROJECT, 'package-lock.json'), join(prefix, '.dependencies'));
  }
  const env = environment(dir, { NODE_COMPILE_CACHE_PORTABLE: '1' });
  env.NODE_COMPILE_CACHE = join(env.HOME!, 'compiled');
  const compiled = [
    [join(COMPILED, 'source'), env.NODE_COMPILE_CACHE],
    [join(COMPILED, 'prefix'), join(prefix, 'cache')],
  ] as const;
  for (const [kept, here] of has === 'program' ? compiled : compiled.slice(0, 1))
    await copyCompiled(kept, here);
  return {
    dir,
    source,
    prefix,
    home,
    bin,
    srv,
    env,
    places: ['--prefix', prefix, '--home', home, '--bin', bin, '--no-service'],
    install(args, { env: more = {}, shell = ['sh'], uid } = {}) {
      const as = uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
      const [program = '', ...rest] = [...as, ...shell, join(source, 'install.sh'), ...args];
      return run(program, rest, { cwd: dir, env: { ...env, ...more } });
    },
    belfry: (...args) =>
      run(join(bin, 'belfry'), args, {
        cwd: '/',
        env: { PATH: '/nowhere', NODE_COMPILE_CACHE_PORTABLE: '1' },
      }),
    async repository(name) {
      const path = join(srv, name);
      await must('git', ['init', '-q', '--bare', path], { env });
      return path;
    },
  };
}

/** Has a checkout look for systemd, its units or the table of mounts somewhere else. */
export async function setPlaces(source: string, places: Record<string, string>): Promise<void> {
  const file = join(source, 'src/commands/setup/options.ts');
  let text = await readFile(file, 'utf8');
  for (const [name, path] of Object.entries(places))
    text = text.replace(new RegExp(`^  ${name}: '.*',$`, 'm'), () => `  ${name}: ${JSON.stringify(path)},`);
  await writeFile(file, text);
}

/** A program in front of the others. Gives what to put into `env`. */
export async function fakeProgram(
  stage: InstallStage,
  name: string,
  script: string,
): Promise<{ env: { PATH: string }; said(): Promise<string> }> {
  const directory = join(stage.dir, 'fake');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return {
    env: { PATH: `${directory}:${stage.env.PATH}` },
    said: () => readFile(join(stage.dir, 'said'), 'utf8').catch(() => ''),
  };
}
