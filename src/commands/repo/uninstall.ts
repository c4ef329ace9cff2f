/** `belfry uninstall`: no hook and no setting of belfry is left in the repositories at or below each directory; foreign hooks are back. */
import type { Argv } from 'yargs';
import { surveyRoots } from '../../announce/survey-roots.ts';
import { BelfryError } from '../../errors.ts';
import { repositoryKind } from '../../installer/find-repositories.ts';
import { readCommonConfig } from '../../installer/repository-config.ts';
import { uninstallTemplate } from '../../installer/template.ts';
import { uninstallHooks } from '../../installer/uninstall-hooks.ts';
import { isBelow } from '../../model/full-name.ts';
import { plural } from '../../text/plural.ts';
import { printable } from '../../text/printable.ts';
import { flag } from '../arguments.ts';
import type { Args, CommandContext } from '../context.ts';
import { type Below, findBelow, findGoneRoot, findKnown, spellingsOf } from './find-below.ts';
import { printFailures, printNotes } from './hook-report.ts';
import { workThrough } from './work-through.ts';

export const examples: [string, string][] = [
  ['uninstall /srv/git', 'Remove the hooks of all repositories below it; foreign hooks are put back'],
  ['uninstall --all --template', 'From everything that belfry knows; later repositories get none'],
];

export function options(yargs: Argv): Argv {
  return yargs
    .positional('dir', {
      type: 'string',
      array: true,
      default: [],
      describe: 'Repository, or directory of repositories',
    })
    .option('all', flag('Every root and repository that belfry knows'))
    .option('template', flag('Repositories created later no longer get hooks'));
}

export async function run(argv: Args, context: CommandContext): Promise<number> {
  if (!argv.all && argv.dir.length === 0)
    throw new BelfryError('usage', 'Missing DIR: give directories, or --all.');
  const store = await context.store();
  const given: Below[] = [];
  for (const dir of argv.dir as string[]) {
    const found = findBelow(dir, store).catch(async error => {
      const gone = await findGoneRoot(dir, store);
      if (gone === null) throw error;
      return gone;
    });
    given.push(await found);
  }
  if (argv.all) given.push(...(await findKnown(store)));
  const tops = (await Promise.all(given.map(({ directory }) => spellingsOf(directory)))).flat();
  const below = (path: string) => argv.all || tops.some(top => path === top || isBelow(path, top));

  const known = (await store.repositories.list()).filter(row => below(row.path) || below(row.directory));
  const there: string[] = [];
  for (const { directory } of known) if ((await repositoryKind(directory)) !== 'none') there.push(directory);
  const found = given.flatMap(one => one.repositories.map(({ directory }) => directory));
  const repositories = [...new Set([...found, ...there])];
  const common = await readCommonConfig();
  const { done, failed } = await workThrough(repositories, async directory => {
    const uninstalled = await uninstallHooks(directory, common);
    await store.repositories.setHooksRemoved(directory, context.now());
    return { directory, note: null, ...uninstalled };
  });
  const template = argv.template ? await uninstallTemplate(context.home) : null;
  const roots = (await store.roots.list()).filter(below);
  // A root whose repositories could not be given back stays, so that it can be tried again.
  if (failed.length === 0) {
    for (const root of roots) await store.roots.remove(root);
    // Nor does a choice come back with the hooks.
    for (const { id } of known) await store.mergeRequests.chooseFor(id, null);
  }
  await surveyRoots({ store, now: context.now });

  const unreadable = given.flatMap(one => one.unreadable);
  const status = failed.length > 0 || unreadable.length > 0 ? 1 : 0;
  if (argv.json) return context.json({ roots, repositories: done, failed, unreadable, template }, status);
  const changed = done.filter(one => one.changed).length;
  context.print(`Removed hooks from ${plural(changed, 'repository')}`);
  if (template?.changed) context.print(`Removed hooks from ${printable(template.directory)}`);
  printNotes(done, context);
  printFailures(failed, unreadable, context);
  return status;
}
