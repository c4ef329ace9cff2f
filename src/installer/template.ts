/**
 * Hooks from birth: what Git copies into every repository that this user makes later. Where the user has a template
 * directory already (`init.templateDir`), the hooks go in there; else one is made in the home, from Git's own.
 */
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileProblem, missing } from '../files/file-error.ts';
import { openDirectory } from '../files/safe-directory.ts';
import { changeConfigFile } from './config-file.ts';
import { DISPATCHED_NAME, firstBytes, pathIn } from './found-hook.ts';
import { hookNames, type Installation } from './hook-file.ts';
import { openOwnHooks, openPlace } from './hooks-directory.ts';
import { type InstallOptions, placeHooks } from './install-hooks.ts';
import { addBlock, readBlocks, settingsFor } from './own-settings.ts';
import { removeHook } from './place-hook.ts';
import { gitIn } from './repository-config.ts';
import { takeHooksOut } from './uninstall-hooks.ts';

export interface Template {
  changed: boolean;
  /** The template directory. */
  directory: string;
}

/** @throws BelfryError `permission`, `conflict` or `environment` */
export async function installTemplate(
  installation: Installation,
  options: InstallOptions = {},
): Promise<Template> {
  const own = ownTemplate(installation.home);
  const used = await templateDirectory(installation.home);
  const directory = used ?? own;
  try {
    let changed = directory === own && (await copyGitsTemplate(own));
    await using template = await openDirectory(directory, { links: 'follow' });
    await using hooks = await openOwnHooks(template);
    const names = hookNames({ requests: options.requests?.choice === 'on' });
    const placed = await placeHooks(hooks, installation, names, options);
    const removed = !names.includes('proc-receive') && (await removeHook(hooks.directory!, 'proc-receive'));
    changed = placed.changed || removed || changed;
    const wanted = settingsFor(
      names.filter(name => !placed.left.includes(name)),
      new Set(),
    );
    // Git lets its own settings of a new repository follow what the template says.
    const configured = await changeConfigFile(template, text => {
      const { settings, rest } = readBlocks(text);
      return settings.length === wanted.length ? text : addBlock(rest, wanted);
    });
    if (used === null) await gitIn(installation.home).raw(['config', '--global', SETTING, own]);
    return { changed: changed || configured || used === null, directory };
  } catch (error) {
    throw fileProblem(error, `install hooks into the template directory ${directory}`);
  }
}

/** Repositories that were made from it meanwhile keep their hooks. @throws BelfryError as `installTemplate` */
export async function uninstallTemplate(home: string): Promise<Template> {
  const own = ownTemplate(home);
  const used = await templateDirectory(home);
  const directory = used ?? own;
  try {
    if (directory !== own) {
      await using template = await openDirectory(directory, { links: 'follow' });
      const configured = await changeConfigFile(template, text => readBlocks(text).rest);
      await using hooks = await openOwnHooks(template);
      return { changed: (await takeHooksOut(hooks)) || configured, directory };
    }
    const there = (await lstat(own).catch(missing)) !== null;
    if (used === own) await gitIn(home).raw(['config', '--global', '--unset', SETTING]);
    await rm(own, { recursive: true, force: true });
    return { changed: there || used === own, directory };
  } catch (error) {
    throw fileProblem(error, `remove the hooks from the template directory ${directory}`);
  }
}

/** Whether repositories made from now on have hooks of this home. */
export async function hasTemplate(home: string): Promise<boolean> {
  const directory = await templateDirectory(home);
  if (directory === null) return false;
  await using template = await openDirectory(directory, { links: 'follow' }).catch(() => null);
  if (template === null) return false;
  await using hooks = (await openPlace(template, 'hooks')).directory;
  if (hooks === null) return false;
  await using dispatched = (await openPlace(hooks, 'post-receive.d')).directory;
  const texts = [await firstBytes(hooks, 'post-receive')];
  if (dispatched !== null) texts.push(await firstBytes(dispatched, DISPATCHED_NAME));
  return texts.some(text => pathIn(text, 'home') === home);
}

const SETTING = 'init.templateDir';

function ownTemplate(home: string): string {
  return join(home, 'template');
}

/** What `init.templateDir` says, from whichever file; null when it is not set. */
async function templateDirectory(home: string): Promise<string | null> {
  const out = await gitIn(await existing(home)).raw(['config', '--null', '--type=path', '--get', SETTING]);
  return out === '' ? null : out.replace(/\0$/, '');
}

/** Git's own template, as it gives it to a new repository; the rest of a repository is made by Git itself. */
async function copyGitsTemplate(to: string): Promise<boolean> {
  if ((await stat(to).catch(missing)) !== null) return false;
  await mkdir(dirname(to), { recursive: true });
  const made = await mkdtemp(`${to}-`);
  try {
    await gitIn(made).raw(['init', '-q', '--bare', '.']);
    for (const name of ['HEAD', 'config', 'objects', 'refs'])
      await rm(join(made, name), { recursive: true, force: true });
    await openToAll(made);
    await cp(made, to, { recursive: true });
  } finally {
    await rm(made, { recursive: true, force: true });
  }
  return true;
}

/** Git gives a new repository the template's modes: they must not be those of belfry's own strict umask. */
async function openToAll(directory: string): Promise<void> {
  for (const name of ['', ...(await readdir(directory, { recursive: true }))]) {
    const path = join(directory, name);
    const { mode } = await stat(path);
    const readable = (mode & 0o500) >> 3;
    await chmod(path, (mode & 0o777) | readable | (readable >> 3));
  }
}

/** A directory to run git in: the home may not be there yet. */
async function existing(directory: string): Promise<string> {
  return (await stat(directory).catch(missing)) === null ? existing(dirname(directory)) : directory;
}
