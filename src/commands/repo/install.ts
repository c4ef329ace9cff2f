/** `belfry install`: hooks into the bare repositories at or below each directory, which becomes a root. */
import type { Argv } from 'yargs';
import { installRepository } from '../../announce/install-repository.ts';
import { surveyRoots } from '../../announce/survey-roots.ts';
import { BelfryError } from '../../errors.ts';
import { requireHome } from '../../host/home.ts';
import type { FoundRepository } from '../../installer/find-repositories.ts';
import type { InstallOptions } from '../../installer/install-hooks.ts';
import { readCommonConfig } from '../../installer/repository-config.ts';
import { hasTemplate, installTemplate } from '../../installer/template.ts';
import { hasHooks } from '../../installer/uninstall-hooks.ts';
import { requestsFromBirth } from '../../merge-requests/wanted-requests.ts';
import { isExcluded } from '../../model/excluded.ts';
import { nameOfFound, placeFound } from '../../repositories/locate-repository.ts';
import { registerPlace } from '../../repositories/register-repository.ts';
import { plural } from '../../text/plural.ts';
import { printable } from '../../text/printable.ts';
import { rootRefusal } from '../../worker/root-refuses.ts';
import { flag } from '../arguments.ts';
import type { Args, CommandContext } from '../context.ts';
import { type Below, checkDirectory, findBelow, findKnown } from './find-below.ts';
import { refuseExcluded } from './find-repository.ts';
import { printFailures, printNotes } from './hook-report.ts';
import { gitNote, shareSpool } from './install-notes.ts';
import { workThrough } from './work-through.ts';

export const examples: [string, string][] = [
  ['install /srv/git', 'All bare repositories below /srv/git; run it again for later ones'],
  ['install', 'Everywhere again, after an upgrade or for new repositories'],
  ['install --mirror /srv/git/linux.git', 'Also announce at once what is fetched into it'],
  ['install --all-updates /srv/git', 'Also announce at once branches that a forge deletes in its web pages'],
  ['install --merge-requests /srv/git', 'Pushes to refs/for become merge requests there'],
  ['install --template /srv/git', 'Repositories that this user creates later have the hooks, too'],
];

export function options(yargs: Argv): Argv {
  return yargs
    .positional('dir', {
      type: 'string',
      array: true,
      default: [],
      describe:
        'Repository, or directory of repositories; default: all roots and repositories that belfry knows',
    })
    .option(
      'template',
      flag('Also install the hooks in repositories that this user creates later (init.templateDir)'),
    )
    .option('mirror', flag('With DIR: these are mirrors, also announce what is fetched into them'))
    .option(
      'all-updates',
      flag(
        'With DIR: announce at once whatever moves branches and tags there, not only pushes (git branch -D, a forge’s web pages)',
      ),
    )
    .option('merge-requests', {
      type: 'boolean',
      describe:
        'Accept pushes to refs/for as merge requests there (without DIR: in all roots); --no-merge-requests: no longer',
    })
    .option(
      'take-over',
      flag(
        'Also take over repositories whose hooks report to another home, which no longer gets their pushes',
      ),
    );
}

export const makesHome = true;

export async function run(argv: Args, context: CommandContext): Promise<number> {
  if (argv.mirror && argv.dir.length === 0)
    throw new BelfryError('usage', 'Missing DIR: --mirror needs the directories that are mirrors.');
  if (argv.allUpdates && argv.dir.length === 0)
    throw new BelfryError('usage', 'Missing DIR: --all-updates needs the directories it is for.');
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
  const choice = argv.mergeRequests === undefined ? null : argv.mergeRequests ? 'on' : 'off';
  if (choice !== null) for (const root of roots) await store.mergeRequests.chooseBelow(root, choice);
  const chosenFor = new Set(
    choice === null
      ? []
      : given.filter(one => one.isRepository).flatMap(one => one.repositories.map(found => found.directory)),
  );

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
  let requested = false;
  const { done, failed } = await workThrough(repositories, async directory => {
    const mergeRequests = chosenFor.has(directory) ? choice! : undefined;
    const installed = await installRepository(found.get(directory)!, { ...options, mergeRequests }, deps);
    const { full_name, note = null, requests, ...rest } = installed;
    requested ||= requests !== 'off';
    return { ...rest, full_name, note };
  });
  const log = (_: string, message: string) => void (argv.json || context.print(message));
  await surveyRoots({ store, now: context.now, log });
  const wanted = argv.template || (await hasTemplate(context.home));
  const born = await requestsFromBirth({ store, settings });
  const template = wanted ? await installTemplate(context, { ...options, requests: born }) : null;
  const notes = await shareSpool(
    context.home,
    done.map(one => one.directory),
  );
  if (store.note !== null) notes.push(store.note);
  for (const { link, reason } of given.flatMap(one => one.refused))
    notes.push(`${link}: this link is not followed: ${reason}`);
  const tooOld = requested || choice === 'on' ? await gitNote(context.env.PATH) : null;
  if (tooOld !== null) notes.push(tooOld);
  if (choice === 'on' && settings['mr.enabled'] === 'off')
    notes.push(
      'merge requests are off everywhere: run `belfry config set mr.enabled chosen` to allow them where chosen',
    );
  // With the template they have the hooks from birth.
  for (const { directory } of template === null ? empty : []) {
    notes.push(`${directory}: no bare repository yet; run \`belfry install\` again when there is one`);
  }
  await context.wakeWorker();

  const unreadable = given.flatMap(one => one.unreadable);
  const status = failed.length > 0 || unreadable.length > 0 ? 1 : 0;
  if (argv.json) {
    const merge_requests = choice;
    const repositories = done.map(({ notes: _, ...one }) => one);
    context.json({
      roots,
      repositories,
      excluded: [...excluded],
      failed,
      unreadable,
      template,
      merge_requests,
      notes,
    });
    return status;
  }
  for (const root of roots) context.print(`Repository root: ${printable(root)}`);
  const changed = done.filter(one => one.changed).length;
  context.print(`Hooks: ${plural(changed, 'repository')} changed, ${done.length - changed} up to date`);
  const kept = done.filter(one => one.how !== 'own').length;
  if (kept > 0)
    context.print(
      `${plural(kept, 'repository has', 'repositories have')} another hook too, which still runs`,
    );
  if (choice !== null)
    for (const { directory } of given) context.print(`Merge requests: ${choice} in ${printable(directory)}`);
  if (template !== null)
    context.print(`Repositories created later get the hooks from ${printable(template.directory)}`);
  const leftOut = [...excluded].map(directory => ({ directory, note: LEFT_OUT }));
  printNotes([...notes.map(note => ({ note })), ...leftOut, ...done], context);
  printFailures(failed, unreadable, context);
  return status;
}

const LEFT_OUT = 'no hooks: excluded by repo.exclude';

/** What was named by itself is not passed over. @throws BelfryError `conflict` */
async function refuseNamed(found: FoundRepository, context: CommandContext): Promise<void> {
  await refuseExcluded(await nameOfFound(found, await context.store()), context);
}
