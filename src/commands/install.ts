/** `belfry install`: hooks into the bare repositories at or below each directory, which becomes a root. */
import { stat } from 'node:fs/promises';
import type { Argv } from 'yargs';
import { BelfryError } from '../errors.ts';
import type { FoundRepository } from '../hooks/find-repositories.ts';
import type { InstallOptions } from '../hooks/install-hooks.ts';
import { readCommonConfig } from '../hooks/repository-config.ts';
import { statRefs } from '../hooks/stat-refs.ts';
import { hasTemplate, installTemplate } from '../hooks/template.ts';
import { hasHooks } from '../hooks/uninstall-hooks.ts';
import { installRepository } from '../pipeline/install-repository.ts';
import { nameOfFound, placeFound } from '../pipeline/locate-repository.ts';
import { registerPlace } from '../pipeline/register-repository.ts';
import { surveyRoots } from '../pipeline/survey-roots.ts';
import { isExcluded } from '../repositories/excluded.ts';
import { requireHome } from '../system/existing-home.ts';
import { type Sharing, shareHome } from '../system/share-home.ts';
import { plural } from '../text/plural.ts';
import { printable } from '../text/printable.ts';
import { rootRefusal } from '../worker/root-refuses.ts';
import type { Args, CommandContext } from './context.ts';
import { type Below, checkDirectory, findBelow, findKnown } from './find-below.ts';
import { gitNote } from './git-note.ts';
import { printFailures, printNotes } from './hook-report.ts';
import { refuseExcluded } from './refuse-excluded.ts';
import { workThrough } from './work-through.ts';

export const examples: [string, string][] = [
  ['install /srv/git', 'all bare repositories below /srv/git, and later ones when it is run again'],
  ['install', 'the same again everywhere, after an upgrade or for repositories that have come'],
  ['install --mirror /srv/git/linux.git', 'what is fetched into it is announced at once too'],
  [
    'install --all-updates /srv/git',
    'branches that a forge deletes in its web pages are announced at once too',
  ],
  ['install --template /srv/git', 'repositories that this user makes later have the hooks from birth'],
];

export function options(yargs: Argv): Argv {
  return yargs
    .positional('dir', {
      type: 'string',
      array: true,
      default: [],
      describe: 'repository, or directory of them; none: all roots and repositories that belfry knows',
    })
    .option('template', {
      type: 'boolean',
      default: false,
      describe: 'repositories that this user makes later have the hooks from birth (init.templateDir)',
    })
    .option('mirror', {
      type: 'boolean',
      default: false,
      describe: 'with DIR: they are mirrors, announce what is fetched into them too',
    })
    .option('all-updates', {
      type: 'boolean',
      default: false,
      describe:
        'with DIR: whatever moves branches and tags there is announced at once, not only pushes (git branch -D, a forge’s web pages)',
    })
    .option('take-over', {
      type: 'boolean',
      default: false,
      describe: 'also repositories whose hooks report to another home, which hears nothing more of them',
    });
}

export const makesHome = true;

export async function run(argv: Args, context: CommandContext): Promise<number> {
  if (argv.mirror && argv.dir.length === 0)
    throw new BelfryError('usage', 'which repositories are mirrors? --mirror wants DIR...');
  if (argv.allUpdates && argv.dir.length === 0)
    throw new BelfryError('usage', 'Missing directories: --all-updates wants DIR...');
  // Nothing is known of repositories that could be renewed where there is no home: its path is wrong, or its disk away.
  if (argv.dir.length === 0) await requireHome(context.home, 'spool');
  // Before anything is made.
  for (const dir of argv.dir as string[]) await checkDirectory(dir);
  const store = await context.store();
  const given: Below[] = [];
  for (const dir of argv.dir as string[]) given.push(await findBelow(dir, store));
  const settings = await context.settings();
  for (const { isRepository, repositories } of given)
    if (isRepository) for (const one of repositories) await refuseNamed(one, context);
  const empty = given.filter(one => one.repositories.length + one.unreadable.length === 0);
  if (given.length === 0) given.push(...(await findKnown(store)));
  await context.spool();
  const roots = given.filter(({ isRepository }) => !isRepository).map(({ directory }) => directory);
  for (const root of roots) await store.roots.add(root);
  // What comes later below such a root is installed so, too.
  if (argv.allUpdates) for (const root of roots) await store.roots.setAllUpdates(root);

  // A real path comes before the links that lead to it.
  const found = new Map<string, FoundRepository>();
  for (const one of given.flatMap(({ repositories }) => repositories))
    if (!found.has(one.directory)) found.set(one.directory, one);
  const common = await readCommonConfig();
  const excluded = new Set<string>();
  for (const one of found.values()) {
    if (!isExcluded(settings['repo.exclude'], await nameOfFound(one, store))) continue;
    // What is there already must go on working: it is brought up to date.
    if (await hasHooks(one.directory, common).catch(() => false)) continue;
    // Known, so that `repo list` can show what is left out.
    await registerPlace(await placeFound(one, store), { store, now: context.now });
    excluded.add(one.directory);
  }
  const repositories = [...found.keys()].filter(directory => !excluded.has(directory));
  const { mirror, allUpdates, takeOver } = argv;
  const options: InstallOptions = { mirror, allUpdates, takeOver };
  const deps = { installation: context, common, store, settings, now: context.now, refusal: rootRefusal };
  const { done, failed } = await workThrough(repositories, async directory => {
    const { full_name, note = null, ...rest } = await installRepository(found.get(directory)!, options, deps);
    return { ...rest, full_name, note };
  });
  const log = (_: string, message: string) => void (argv.json || context.print(message));
  await surveyRoots({ store, now: context.now, log });
  const wanted = argv.template || (await hasTemplate(context.home));
  const template = wanted ? await installTemplate(context, options) : null;
  const notes = await shareSpool(
    context.home,
    done.map(one => one.directory),
  );
  if (store.note !== null) notes.push(store.note);
  for (const { link, reason } of given.flatMap(one => one.refused))
    notes.push(`${link}: this link is not followed: ${reason}`);
  const tooOld = await gitNote(context.env.PATH);
  if (tooOld !== null) notes.push(tooOld);
  // With the template they have the hooks from birth.
  for (const { directory } of template === null ? empty : []) {
    notes.push(`${directory}: no bare repository is there yet; \`belfry install\` again when there is one`);
  }
  await context.wakeWorker();

  const unreadable = given.flatMap(one => one.unreadable);
  const status = failed.length > 0 || unreadable.length > 0 ? 1 : 0;
  if (argv.json) {
    context.json({ roots, repositories: done, excluded: [...excluded], failed, unreadable, template, notes });
    return status;
  }
  for (const root of roots) context.print(`root: ${printable(root)}`);
  const changed = done.filter(one => one.changed).length;
  context.print(
    `hooks: ${plural(changed, 'repository', 'repositories')} changed, ${done.length - changed} up to date`,
  );
  const kept = done.filter(one => one.how !== 'own').length;
  if (kept > 0)
    context.print(
      `${plural(kept, 'repository has', 'repositories have')} another hook too, which still runs`,
    );
  if (template !== null)
    context.print(`repositories made later have the hooks from ${printable(template.directory)}`);
  const leftOut = [...excluded].map(directory => ({ directory, note: LEFT_OUT }));
  printNotes([...notes.map(note => ({ note })), ...leftOut, ...done], context);
  printFailures(failed, unreadable, context);
  return status;
}

const LEFT_OUT = 'no hooks: it is excluded by repo.exclude';

/** What was named by itself is not passed over. @throws BelfryError `conflict` */
async function refuseNamed(found: FoundRepository, context: CommandContext): Promise<void> {
  await refuseExcluded(await nameOfFound(found, await context.store()), context);
}

/** Who pushes must reach the spool: members of a group that shares repositories do so from now on. */
async function shareSpool(home: string, repositories: string[]): Promise<string[]> {
  const groups = new Set<number>();
  const strangers = new Set<number>();
  const owner = (await stat(home)).uid;
  for (const repository of repositories) {
    const refs = await statRefs(repository).catch(() => null);
    if (refs === null) continue;
    if ((refs.mode & 0o020) !== 0) groups.add(refs.gid);
    else if (refs.uid !== owner && refs.uid !== 0) strangers.add(refs.uid);
  }
  const notes: string[] = [];
  for (const gid of groups) notes.push(...SHARING_NOTES[await shareHome(home, gid)](gid));
  for (const uid of strangers) {
    notes.push(
      `pushes of user ${uid} cannot be announced: user ${uid} owns repositories, but the home is user ${owner}'s`,
    );
  }
  return notes;
}

const SHARING_NOTES: Record<Sharing, (gid: number) => string[]> = {
  was: () => [],
  done: gid => [`members of group ${gid} share repositories: they may write into the spool now`],
  other: gid => [
    `pushes of other members of group ${gid} cannot be announced: the spool is open to another group`,
  ],
  refused: gid => [
    `pushes of other members of group ${gid} cannot be announced: the owner of the home is not in that group`,
  ],
};
