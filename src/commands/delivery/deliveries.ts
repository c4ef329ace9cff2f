/** `belfry deliveries`: the log, newest first. */
import type { Argv } from 'yargs';
import { DELIVERY_STATES } from '../../model/delivery.ts';
import { EVENT_NAMES } from '../../model/names.ts';
import { parseSince } from '../../text/moment.ts';
import type { Args, CommandContext } from '../context.ts';
import { limitOf, limitOption } from '../limit-option.ts';
import { findRepository } from '../repo/find-repository.ts';
import { printDeliveries } from './delivery-table.ts';

export const examples: [string, string][] = [
  ['deliveries --state failed --since 24h', 'what failed today'],
  ['deliveries --repo acme/app --limit 5 --json', 'for programs'],
];

export function options(yargs: Argv): Argv {
  return limitOption(
    yargs
      .option('repo', { type: 'string', describe: 'of this repository' })
      .option('webhook', { type: 'number', describe: 'for this webhook' })
      .option('state', { choices: DELIVERY_STATES, describe: 'in this state' })
      .option('event', { choices: EVENT_NAMES, describe: 'of this event' })
      .option('since', { type: 'string', describe: 'not older: 30m, 2h, 7d or a date' }),
  );
}

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const limit = limitOf(argv);
  const store = await context.store();
  const repository = argv.repo === undefined ? undefined : await findRepository(argv.repo, store);
  const rows = await store.deliveries.list({
    repository: repository?.full_name,
    webhookId: argv.webhook,
    state: argv.state,
    event: argv.event,
    since: argv.since === undefined ? undefined : parseSince(argv.since, context.now()),
    limit,
  });
  if (argv.json) context.json(rows);
  else printDeliveries(rows, context, 'no deliveries');
  return 0;
}
