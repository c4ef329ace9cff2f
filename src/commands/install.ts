/** `belfry install`: hooks into the bare repositories at or below each directory, which becomes a root. */
import type { Argv } from 'yargs';
import { BelfryError } from '../errors.ts';
import type { FoundRepository } from '../hooks/find-repositories.ts';
import { installHooks } from '../hooks/install-hooks.ts';
import { readCommonConfig } from '../hooks/repository-config.ts';
import { hasTemplate, installTemplate } from '../hooks/template.ts';
import { checkRefs } from '../pipeline/check-refs.ts';
import { placeFound } from '../pipeline/locate-repository.ts';
import { registerPlace } from '../pipeline/register-repository.ts';
import { surveyRoots } from '../pipeline/survey-roots.ts';
import { takeBaseline } from '../pipeline/take-baseline.ts';
import { wantedRequests } from '../pipeline/wanted-requests.ts';
import { requireHome } from '../system/existing-home.ts';
import { plural } from '../text/plural.ts';
import { printable } from '../text/printable.ts';
import { rootRefusal } from '../worker/root-refuses.ts';
import type { Args, CommandContext } from './context.ts';
import { type Below, checkDirectory, findBelow, findKnown } from './find-below.ts';
import { gitNote } from './git-note.ts';
import { printFailures, printNotes } from './hook-report.ts';
import { shareSpool } from './share-spool.ts';
import { workThrough } from './work-through.ts';

export const examples: [string, string][] = [
  ['install /srv/git', 'all bare repositories below /srv/git, and later ones when it is run again'],
  ['install', 'the same again everywhere, after an upgrade or for repositories that have come'],
  ['install --mirror /srv/git/linux.git', 'what is fetched into it is announced at once too'],
  ['install --merge-requests /srv/git', 'pushes to refs/for become merge requests there'],
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
    .option('merge-requests', {
      type: 'boolean',
      describe: 'pushes to refs/for are taken as merge requests there; with --no- in front: no longer',
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
  // Nothing is known of repositories that could be renewed where there is no home: its path is wrong, or its disk away.
  if (argv.dir.length === 0) await requireHome(context.home, 'spool');
  // Before anything is made.
  for (const dir of argv.dir as string[]) await checkDirectory(dir);
  const store = await context.store();
  const given: Below[] = [];
  for (const dir of argv.dir as string[]) given.push(await findBelow(dir, store));
  const empty = given.filter(one => one.repositories.length + one.unreadable.length === 0);
  if (given.length === 0) given.push(...(await findKnown(store)));
  await context.spool();
  const roots = given.filter(({ isRepository }) => !isRepository).map(({ directory }) => directory);
  for (const root of roots) await store.roots.add(root);
  const choice = argv.mergeRequests === undefined ? null : argv.mergeRequests ? 'on' : 'off';
  if (choice !== null) for (const root of roots) await store.mergeRequests.chooseBelow(root, choice);
  const chosenFor = new Set(
    choice === null
      ? []
      : given.filter(one => one.isRepository).flatMap(one => one.repositories.map(found => found.directory)),
  );
  const settings = await context.settings();

  // A real path comes before the links that lead to it.
  const found = new Map<string, FoundRepository>();
  for (const one of given.flatMap(({ repositories }) => repositories))
    if (!found.has(one.directory)) found.set(one.directory, one);
  const repositories = [...found.keys()];
  const common = await readCommonConfig();
  const options = { mirror: argv.mirror as boolean, takeOver: argv.takeOver as boolean };
  let requested = false;
  const { done, failed } = await workThrough(repositories, async directory => {
    const refused = await rootRefusal(directory);
    if (refused !== null) throw new BelfryError('permission', refused);
    const place = await placeFound(found.get(directory)!, store);
    const known = (await store.repositories.sameAs(place)) ?? { id: 0, ...place };
    const wanted = await wantedRequests(known, { store, settings });
    const own = chosenFor.has(directory);
    const asked = { ...wanted, choice: own && settings['mr.enabled'] !== 'off' ? choice! : wanted.choice };
    let installed = await installHooks(directory, context, common, { ...options, requests: asked });
    const { row, replaced } = await registerPlace(place, { store, now: context.now });
    if (own) await store.mergeRequests.chooseFor(row.id, choice!);
    const requests = await wantedRequests(row, { store, settings });
    // It was known under another name.
    if (requests.choice !== asked.choice || requests.any !== asked.any)
      installed = await installHooks(directory, context, common, { ...options, requests });
    requested ||= requests.choice !== 'off';
    const { full_name } = row;
    // From now on nothing is missed, not even when the first hook is killed. What git cannot read now, a scan will.
    if (!(await takeBaseline(row, { store, now: context.now }).catch(ignoreGit)) && replaced)
      await checkRefs(row, { store, settings: await context.settings(), now: context.now }).catch(ignoreGit);
    return { directory, full_name, note: null, ...installed };
  });
  const log = (_: string, message: string) => void (argv.json || context.print(message));
  await surveyRoots({ store, now: context.now, log });
  const wanted = argv.template || (await hasTemplate(context.home));
  const born = { choice: (await requestsFromBirth(context)) ? 'on' : 'off', any: false } as const;
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
      'merge requests are off everywhere: `belfry config set mr.enabled chosen` lets the choice count',
    );
  // With the template they have the hooks from birth.
  for (const { directory } of template === null ? empty : []) {
    notes.push(`${directory}: no bare repository is there yet; \`belfry install\` again when there is one`);
  }
  await context.wakeWorker();

  const unreadable = given.flatMap(one => one.unreadable);
  const status = failed.length > 0 || unreadable.length > 0 ? 1 : 0;
  if (argv.json) {
    const merge_requests = choice;
    context.json({ roots, repositories: done, failed, unreadable, template, merge_requests, notes });
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
  if (choice !== null)
    for (const { directory } of given) context.print(`merge requests: ${choice} in ${printable(directory)}`);
  if (template !== null)
    context.print(`repositories made later have the hooks from ${printable(template.directory)}`);
  printNotes([...notes.map(note => ({ note })), ...done], context);
  printFailures(failed, unreadable, context);
  return status;
}

/** A repository that comes into being elsewhere says that it takes none: it is not known where it will lie. */
async function requestsFromBirth(context: CommandContext): Promise<boolean> {
  const setting = (await context.settings())['mr.enabled'];
  if (setting !== 'chosen') return setting === 'on';
  return (await context.store()).roots.takeRequests();
}

function ignoreGit(error: unknown): false {
  if (!(error instanceof BelfryError && error.code === 'git')) throw error;
  return false;
}
