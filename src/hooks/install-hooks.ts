/**
 * Makes a bare repository announce its pushes: the hooks first, and the configuration that sends them more than they
 * could use without them second. Run again it changes nothing, or brings an older hook up to date.
 */
import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BelfryError } from '../errors.ts';
import { addBlock, removeBlocks, settingsInBlocks } from './config-block.ts';
import { changeConfigFile } from './config-file.ts';
import { fileProblem, missing } from './file-problem.ts';
import { type HookName, hookNames, type Installation, renderHook } from './hook-file.ts';
import { type Placement, placeHook } from './place-hook.ts';
import { makeDirectory } from './replace-file.ts';
import { type CommonConfig, readRepositoryConfig } from './repository-config.ts';
import { readUndo, writeUndo } from './undo-note.ts';
import { isMirror, WANTED_SETTINGS } from './wanted-settings.ts';

export interface Installed {
  changed: boolean;
  /** How the hooks were placed; with several hooks, the way that leaves most to others. */
  how: Placement;
  /** What the admin should know about this repository. */
  note?: string;
}

/**
 * @param repository absolute path of a bare repository
 * @param common what `readCommonConfig` gave, when there are many repositories to install into
 * @param options `mirror`: also announces what is fetched into it; once installed so, it stays one
 * @throws BelfryError `permission`, `conflict`, `git` or `environment`, with the path that was in the way
 */
export async function installHooks(
  repository: string,
  installation: Installation,
  common: CommonConfig = null,
  options: { mirror?: boolean } = {},
): Promise<Installed> {
  try {
    if (repository.includes('\n')) {
      throw new BelfryError('invalid', `the path of ${JSON.stringify(repository)} contains a line feed`, {
        hint: 'belfry writes paths down in lines: give the directory another name',
      });
    }
    const { hooksDirectory, hooksPath, values } = await readRepositoryConfig(repository, common);
    const names = hookNames(options.mirror === true || isMirror(values));
    const { left, ...hooks } = await placeHooks(hooksDirectory, installation, names);
    const placed = names.filter(name => !left.includes(name));
    const shared =
      hooksPath !== null || (await realpath(hooksDirectory)) !== join(await realpath(repository), 'hooks');
    const notes = shared
      ? [`the hook is in ${hooksDirectory}, and serves every repository that looks there`]
      : [];
    for (const name of left)
      notes.push(`it has a ${name} hook of its own, which stays: no merge requests by refs/for`);

    const config = join(repository, 'config');
    let overruled = false;
    const configured = await changeConfigFile(config, text => {
      const mine = settingsInBlocks(text);
      const wanted = WANTED_SETTINGS.filter(
        one => placed.includes(one.hook) && !one.holds(values.get(nameOf(one)) ?? []),
      );
      // Set by belfry and yet not in force: the admin has set it otherwise since then.
      overruled = wanted.some(one => mine.includes(one));
      const more = wanted.filter(one => !mine.includes(one));
      return more.length === 0 ? text : addBlock(removeBlocks(text), [...mine, ...more]);
    });
    if (overruled) notes.push('push options are switched off in its configuration, and stay so');
    const note = notes.length > 0 ? { note: notes.join('; ') } : {};
    return { ...hooks, changed: hooks.changed || configured, ...note };
  } catch (error) {
    throw fileProblem(error, `install hooks into ${repository}`);
  }
}

export interface PlacedHooks extends Omit<Installed, 'note'> {
  /** Hooks that were not placed, because a foreign one is there that must stay alone. */
  left: HookName[];
}

/** The same for any hooks directory, a template's too; it is made when it is missing. */
export async function placeHooks(
  hooksDirectory: string,
  installation: Installation,
  names: HookName[] = hookNames(false),
): Promise<PlacedHooks> {
  let made = false;
  if ((await stat(hooksDirectory).catch(missing)) === null) {
    made = await makeDirectory(hooksDirectory);
    const undo = await readUndo(hooksDirectory);
    if (made) await writeUndo(hooksDirectory, { ...undo, made: [...undo.made, '.'] });
  }
  let changed = made;
  let how: Placement = 'own';
  const left: HookName[] = [];
  for (const name of names) {
    const placed = await placeHook(hooksDirectory, name, await renderHook(name, installation));
    changed ||= placed.changed;
    if (placed.how === 'left') left.push(name);
    else if (placed.how !== 'own') how = placed.how;
  }
  return { changed, how, left };
}

function nameOf({ section, key }: { section: string; key: string }): string {
  return `${section}.${key}`.toLowerCase();
}
