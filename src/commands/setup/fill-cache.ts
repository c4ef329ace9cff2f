/**
 * Node keeps what it compiled in a cache, which makes every start twice as fast: filled here by one push from end to end,
 * which shows by the way that all of it works on this machine. The cache is the installer's, nobody else's: code is
 * read from it. Node looks below a name that ends in the user's id, hence the links.
 */
import { chmod, lstat, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { SetupOptions } from './options.ts';
import { runBelfry, runNode } from './run-program.ts';

/** Gives false when that push was not delivered. @param uid of whoever runs the worker */
export async function fillCache(options: SetupOptions, uid: number): Promise<boolean> {
  const cache = join(options.prefix, 'cache');
  let works = true;
  if (options.changed) {
    await rm(cache, { recursive: true, force: true });
    await mkdir(cache, { mode: 0o755 });
    works = (await runNode(options, [join(options.prefix, 'src/demo.ts')], true)) === 0;
    await runBelfry(options, ['--help'], true);
  }
  const own = process.geteuid!();
  if (uid === own) return works;
  for (const name of await readdir(cache).catch(() => [])) {
    if (!name.endsWith(`-${own}`) || !(await lstat(join(cache, name))).isDirectory()) continue;
    await openToAll(join(cache, name));
    await symlink(name, join(cache, `${name.slice(0, -String(own).length)}${uid}`)).catch(ifThere);
  }
  return works;
}

async function openToAll(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true }))
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
}

function ifThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
