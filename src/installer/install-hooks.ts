/**
 * Makes a bare repository announce its pushes: the hooks first, and the configuration that sends them more than they
 * could use without them second. Run again it changes nothing, or brings an older hook up to date.
 */
// long: what installing does to one repository is one list of decisions.
import { BelfryError } from '../errors.ts';
import { fileProblem } from '../files/file-error.ts';
import { openDirectory, type SafeDirectory } from '../files/safe-directory.ts';
import { type RequestChoice, takesRequests } from '../model/request-choice.ts';
import { changeConfigFile } from './config-file.ts';
import { examineHook } from './examine-hook.ts';
import { findOtherHome, isOurs } from './found-hook.ts';
import { linkHooks, removeOwnHooks } from './gitolite.ts';
import { keepLocalHooks, releaseLocalHooks } from './gitolite-local.ts';
import { type HookName, hookNames, type Installation, renderHook } from './hook-file.ts';
import { type HooksDirectory, openForOthers, openHooks } from './hooks-directory.ts';
import { addBlock, nameOf, readBlocks, settingsFor, watchesIn } from './own-settings.ts';
import { type Placement, placeHook, removeHook } from './place-hook.ts';
import { type CommonConfig, readRepositoryConfig } from './repository-config.ts';
import { hasUpdateHook } from './update-hook.ts';

export interface Installed {
  changed: boolean;
  /** How the hooks were placed; with several hooks, the way that leaves most to others. */
  how: Placement;
  /** What the admin should know about this repository: all of it in one line, and one by one. */
  note?: string;
  notes?: string[];
}

export interface InstallOptions {
  /** Also announces what is fetched into it; once installed so, it stays one. */
  mirror?: boolean;
  /** Also announces what moves refs there beside pushes; once installed so, it stays so. */
  allUpdates?: boolean;
  /** Hooks that report to another home that is still there report to this one from now on. */
  takeOver?: boolean;
  /** Nobody has named this repository: nothing is written outside it. */
  unasked?: boolean;
  /** Pushes to refs/for; by default they are Git's own business. */
  requests?: WantedRequests;
}

export interface WantedRequests {
  choice: RequestChoice;
  /** The repository has merge requests: where no more are accepted, a push of one is refused. To Git it would be a ref like any other. */
  any: boolean;
}

export const NO_REQUESTS: WantedRequests = { choice: 'off', any: false };

/**
 * @param path absolute path of a bare repository, as `realpath` gives it
 * @param common what `readCommonConfig` gave, when there are many repositories to install into
 * @throws BelfryError `permission`, `conflict`, `git` or `environment`, with the path that was in the way
 */
export async function installHooks(
  path: string,
  installation: Installation,
  common: CommonConfig = null,
  options: InstallOptions = {},
): Promise<Installed> {
  try {
    if (path.includes('\n')) {
      throw new BelfryError('invalid', `The path ${JSON.stringify(path)} contains a line feed`, {
        hint: 'belfry stores paths in lines: give the directory another name.',
      });
    }
    await using repository = await openDirectory(path, { links: 'refuse' });
    const config = await readRepositoryConfig(repository, common);
    const { values } = config;
    await using place = await openHooks(repository, config);
    await using others = await openForOthers(repository, config);
    if (options.unasked === true && place.shared)
      throw new BelfryError('conflict', `its hooks are outside it, in ${place.path}`);
    const watches = watchesIn(values);
    if (options.mirror === true) watches.add('mirror');
    if (options.allUpdates === true) watches.add('allUpdates');
    const { choice, any } = options.requests ?? NO_REQUESTS;
    const guarded = place.directory !== null && (await hasUpdateHook(place.path));
    const taken = takesRequests(choice, guarded);
    const names = hookNames({ watched: watches.size > 0, requests: taken || any });
    const { left, notes, ...hooks } = await place.inTurn(() =>
      place.gitolite
        ? placeForGitolite(repository, place, installation, names, options)
        : placeHooks(place, installation, names, options),
    );
    if (others !== null && others.refused === null) {
      if (hooks.how === 'own') {
        const more = await placeHooks(others, installation, names, options);
        hooks.changed ||= more.changed;
        left.push(...more.left.filter(name => !left.includes(name)));
      } else {
        // What was there before may run the repository's own hook as well: it would write down each push twice.
        notes.push(
          `pushes of other accounts are not announced: they run the hooks in ${others.path}, and belfry did not install there, since core.hooksPath is set for this account only`,
        );
      }
    }
    const placed = names.filter(name => !left.includes(name));
    if (place.gitolite)
      notes.push(`the hook is in ${place.path}: gitolite links it into every repository, later ones too`);
    else if (place.shared)
      notes.push(`the hook is in ${place.path}, and serves every repository that uses it`);
    for (const name of taken ? left : [])
      notes.push(`it has its own ${name} hook, which stays: no merge requests by refs/for`);
    if (taken && guarded) notes.push('its update hook is run for each merge request');
    if (choice === 'unguarded' && guarded)
      notes.push('it has an update hook: no merge requests, unless --merge-requests enables them for it');

    let overruled = false;
    const configured = await changeConfigFile(repository, text => {
      const { settings: mine, rest } = readBlocks(text);
      const wanted = settingsFor(placed, watches).filter(one => !one.holds(values.get(nameOf(one)) ?? []));
      // Set by belfry and yet not in force: the admin has set it otherwise since then.
      overruled = wanted.some(one => mine.includes(one));
      const kept = mine.filter(({ hook }) => hook !== 'proc-receive' || placed.includes(hook));
      const more = wanted.filter(one => !mine.includes(one));
      const same = more.length === 0 && kept.length === mine.length;
      return same ? text : addBlock(rest, [...kept, ...more]);
    });
    const removed = !names.includes('proc-receive') && (await takeRequestsOut(place));
    if (removed) notes.push('merge requests by refs/for are off now: --merge-requests enables them');
    if (overruled) notes.push('push options are off in its configuration, and stay so');
    const note = notes.length > 0 ? { note: notes.join('; '), notes } : {};
    return { ...hooks, changed: hooks.changed || configured || removed, ...note };
  } catch (error) {
    throw fileProblem(error, `install hooks into ${path}`);
  }
}

export interface PlacedHooks extends Omit<Installed, 'note' | 'notes'> {
  /** Hooks that were not placed, because a foreign one is there that must stay alone. */
  left: HookName[];
  notes: string[];
}

/** The same for any hooks directory, a template's too; it is made when it is missing. */
export async function placeHooks(
  place: HooksDirectory,
  installation: Installation,
  names: HookName[] = hookNames(),
  { takeOver = false }: InstallOptions = {},
): Promise<PlacedHooks> {
  const texts = new Map<HookName, string>();
  for (const name of names) texts.set(name, await renderHook(name, installation));
  if (place.refused !== null) return allPlaced(place, place.refused, texts);
  const notes = await findOther(place, installation.home, takeOver);
  let changed = await place.make();
  let how: Placement = 'own';
  const left: HookName[] = [];
  for (const [name, text] of texts) {
    const placed = await placeHook(place.directory!, name, text);
    changed ||= placed.changed;
    if (placed.how === 'left') left.push(name);
    else if (placed.how !== 'own') how = placed.how;
  }
  return { changed, how, left, notes };
}

/** The same where gitolite keeps the hooks, with the links that it makes in the repository. */
async function placeForGitolite(
  repository: SafeDirectory,
  place: HooksDirectory,
  installation: Installation,
  names: HookName[],
  options: InstallOptions,
): Promise<PlacedHooks> {
  const common = place.directory!;
  const moved = await removeOwnHooks(repository);
  // Else they would be in the way of a hook that has come meanwhile.
  for (const name of names) if (!(await isOurs(common, name))) await releaseLocalHooks(common);
  const placed = await placeHooks(place, installation, names, options);
  const linked = names.filter(name => !placed.left.includes(name));
  const kept = await keepLocalHooks(repository, common, linked);
  const changed = await linkHooks(repository, common, linked);
  return { ...placed, changed: placed.changed || moved || kept || changed };
}

/** False when there is no hook of belfry's for them. Others may look into a shared directory: there the setting decides. */
async function takeRequestsOut({ directory, shared, refused }: HooksDirectory): Promise<boolean> {
  return directory !== null && !shared && refused === null && (await removeHook(directory, 'proc-receive'));
}

/** Where belfry may not write, the hooks may be there nevertheless: then all is well. */
async function allPlaced(
  { directory }: HooksDirectory,
  refused: BelfryError,
  texts: Map<HookName, string>,
): Promise<PlacedHooks> {
  for (const [name, text] of texts)
    if (directory === null || (await examineHook(directory, name, text)) !== null) throw refused;
  return { changed: false, how: 'own', left: [], notes: [] };
}

/** Notes about hooks of a home that is gone. @throws BelfryError `conflict` for hooks of one that is not */
async function findOther(place: HooksDirectory, home: string, takeOver: boolean): Promise<string[]> {
  if (place.directory === null) return [];
  const other = await findOtherHome(place.directory, home);
  if (other === null) return [];
  if (other.state === 'gone') return [`its hooks reported to the home ${other.home}, which is gone`];
  if (takeOver) return [`its hooks reported to the home ${other.home}, which no longer gets its pushes`];
  throw new BelfryError('conflict', `The hooks in ${place.path} report to another home, ${other.home}`, {
    hint: 'A repository reports to one home: `belfry install --take-over DIR` makes it this one.',
  });
}
