/** `belfry repo remove`: forgets a repository; its own webhooks are switched off, its events stay in the log. */
import type { Argv } from 'yargs';
import { placeAt } from '../../repositories/locate-repository.ts';
import { plural } from '../../text/plural.ts';
import { printable } from '../../text/printable.ts';
import { confirm } from '../confirm.ts';
import type { Args, CommandContext } from '../context.ts';
import { findRepository } from './find-repository.ts';

export const examples: [string, string][] = [
  ['repo remove acme/app', 'asks before it does so'],
  ['repo remove acme/app --yes', 'in a script'],
];

export const options = (yargs: Argv): Argv =>
  yargs
    .positional('name', { type: 'string', demandOption: true })
    .option('yes', { type: 'boolean', default: false, describe: 'do not ask' });

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const row = await findRepository(argv.name, store);
  const name = printable(row.full_name);
  const own = (await store.webhooks.list()).filter(
    ({ scope, active }) => active && scope === `repository:${row.id}`,
  );
  const question = `Forget ${name}${own.length > 0 ? ` and switch off ${plural(own.length, 'webhook')}` : ''}?`;
  if (!argv.yes && !(await confirm(question, context))) return 1;
  const there = (await placeAt(row.path, store).catch(() => null)) !== null;
  const webhooks = await store.repositories.remove(row.id, context.now());
  await context.wakeWorker();
  const hint = there
    ? `it is still there: its next push makes it known again, unless its hooks go: belfry uninstall ${row.path}`
    : null;
  if (argv.json)
    context.json({ id: row.id, full_name: row.full_name, disabled_webhooks: webhooks, note: hint });
  else {
    context.print(`${name} is forgotten; webhooks switched off: ${webhooks.join(', ') || 'none'}`);
    if (hint !== null) context.print(printable(hint));
  }
  return 0;
}
