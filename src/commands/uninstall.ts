/** `belfry uninstall`: gives the repositories at or below each directory back as they were. */
import type { Argv } from 'yargs';
import { repositoryKind } from '../hooks/find-repositories.ts';
import { uninstallTemplate } from '../hooks/template.ts';
import { uninstallHooks } from '../hooks/uninstall-hooks.ts';
import { printable } from '../text/printable.ts';
import type { Args, CommandContext } from './context.ts';
import { findBelow } from './find-below.ts';
import { plural, printFailures, printNotes } from './hook-report.ts';
import { workThrough } from './work-through.ts';

export const examples: [string, string][] = [
  ['uninstall /srv/git', 'the hooks out of all repositories below it; foreign hooks are put back'],
  ['uninstall --known --template /', 'out of everything that belfry knows, without searching'],
];

export function options(yargs: Argv): Argv {
  return yargs
    .positional('dir', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'repository or directory of them',
    })
    .option('known', {
      type: 'boolean',
      default: false,
      describe: 'only repositories that belfry knows; do not search',
    })
    .option('template', {
      type: 'boolean',
      default: false,
      describe: 'repositories made later get no hooks any more',
    });
}

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const given: Awaited<ReturnType<typeof findBelow>>[] = [];
  for (const dir of argv.dir as string[]) given.push(await findBelow(dir, { search: !argv.known }));
  const store = await context.store();
  const below = (path: string) => given.some(({ directory }) => isBelow(path, directory));

  const known = (await store.repositories.list()).map(row => row.directory).filter(below);
  const there: string[] = [];
  for (const directory of known) if ((await repositoryKind(directory)) !== 'none') there.push(directory);
  const repositories = [...new Set([...given.flatMap(one => one.repositories), ...there])];
  const { done, failed } = await workThrough(repositories, async directory => ({
    directory,
    note: null,
    ...(await uninstallHooks(directory)),
  }));
  const template = argv.template ? await uninstallTemplate(context.home) : null;
  const roots = (await store.roots.list()).filter(below);
  // A root whose repositories could not be given back stays, so that it can be tried again.
  if (failed.length === 0) for (const root of roots) await store.roots.remove(root);

  const unreadable = given.flatMap(one => one.unreadable);
  const status = failed.length > 0 || unreadable.length > 0 ? 1 : 0;
  if (argv.json) {
    context.json({ roots, repositories: done, failed, unreadable, template });
    return status;
  }
  const changed = done.filter(one => one.changed).length;
  context.print(`hooks taken out of ${plural(changed, 'repository', 'repositories')}`);
  if (template?.changed) context.print(`no hooks in ${printable(template.directory)} any more`);
  printNotes(done, context);
  printFailures(failed, unreadable, context);
  return status;
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}
