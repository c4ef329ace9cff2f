/**
 * The package as others get it: packed by npm from a copy of what a fresh clone has, where nothing is installed. Nothing is
 * taken from the network.
 */
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { NODE, PROJECT } from './belfry.ts';
import { environment } from './environment.ts';
import { must } from './run.ts';

const SOURCES = ['package.json', '.npmrc', 'receiver'];

/**
 * Runs npm in `cwd`, offline, with all that it keeps below `dir`. Gives what it said. Tap has every child load its own
 * modules by NODE_OPTIONS, and TypeScript's compiler does not start with those: `env` takes them away again.
 */
export function npm(dir: string, cwd: string, args: string[]): Promise<string> {
  const path = [dirname(NODE), process.env.PATH ?? ''].join(delimiter);
  const quiet = { npm_config_offline: 'true', npm_config_audit: 'false', npm_config_fund: 'false' };
  const own = { npm_config_cache: join(dir, 'npm-cache'), npm_config_update_notifier: 'false' };
  const env = environment(dir, { ...quiet, ...own, PATH: path });
  return must('env', ['-u', 'NODE_OPTIONS', 'npm', ...args], { cwd, env });
}

/** Path of the tarball. */
export async function packed(dir: string): Promise<string> {
  const copy = join(dir, 'checkout');
  await mkdir(copy);
  for (const source of SOURCES) await cp(join(PROJECT, source), join(copy, source), { recursive: true });
  await npm(dir, copy, ['pack', './receiver', '--pack-destination', dir]);
  const { name, version } = JSON.parse(await readFile(join(PROJECT, 'receiver', 'package.json'), 'utf8'));
  return join(dir, `${name}-${version}.tgz`);
}

/** One of `examples/` in a directory of its own, with what its package.json wants. Gives that directory. */
export async function installedExample(dir: string, name: string): Promise<string> {
  const example = join(dir, name);
  await cp(join(PROJECT, 'examples', name), example, { recursive: true });
  const modules = join(example, 'node_modules');
  await mkdir(join(modules, 'belfry'), { recursive: true });
  const tarball = await packed(dir);
  const untar = ['-xzf', tarball, '--strip-components=1', '-C', join(modules, 'belfry')];
  await must('tar', untar, { env: environment(dir) });
  const { dependencies } = JSON.parse(await readFile(join(example, 'package.json'), 'utf8'));
  const others = Object.keys(dependencies).filter(one => one !== 'belfry');
  for (const one of [...others, 'zod']) await symlink(join(PROJECT, 'node_modules', one), join(modules, one));
  return example;
}
