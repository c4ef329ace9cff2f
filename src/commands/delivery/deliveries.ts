/** `belfry deliveries`: the log, newest first. */
import { DELIVERY_STATES, type Delivery } from '../../model/delivery.ts';
import { EVENT_WORDS } from '../../model/names.ts';
import { moment, parseSince } from '../../text/moment.ts';
import { limitOf, listOptions, sinceOption } from '../arguments.ts';
import type { CommandContext, CommandModule } from '../context.ts';
import { findRepository } from '../repo/find-repository.ts';

export const deliveries: CommandModule = {
  examples: [
    ['deliveries --state failed --since 24h', 'What failed in the last 24 hours'],
    ['deliveries --repo acme/app --limit 5 --json', 'For programs'],
  ],
  options: yargs =>
    listOptions(sinceOption(yargs))
      .option('webhook', { type: 'number', describe: 'Only for this webhook' })
      .option('state', { choices: DELIVERY_STATES, describe: 'Only in this state' })
      .option('event', { choices: EVENT_WORDS, describe: 'Only of this event' }),
  async run(argv, context) {
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
    if (argv.json) return context.json(rows);
    printDeliveries(rows, context, 'No deliveries');
  },
};

const HEADER = ['ID', 'AT', 'STATE', 'TRY', 'HOOK', 'EVENT', 'REPO', 'REF', 'HTTP'];
/** By these a person finds a delivery: never cut. */
const WHOLE = 2;

/** @param empty what to say when there are none */
export function printDeliveries(rows: Delivery[], context: CommandContext, empty: string): void {
  context.table(HEADER, rows.map(cells), empty, {
    red: row => rows[row]!.state === 'failed',
    note: row => noteOf(rows[row]!),
    whole: WHOLE,
  });
}

function cells(row: Delivery): string[] {
  return [
    row.id,
    moment(row.created_at).slice(5, 16),
    row.state,
    String(row.attempts),
    String(row.webhook_id),
    row.event,
    row.repository,
    (row.ref ?? '').replace(/^refs\/(heads|tags)\//, ''),
    row.last_status === null ? '' : String(row.last_status),
  ];
}

function noteOf(row: Delivery): string | null {
  const notes = row.recovered ? ['recovered: no hook announced it'] : [];
  if (row.state === 'merged') notes.push(`sent as part of ${row.merged_into}`);
  else if (row.state !== 'delivered' && row.last_error !== null) notes.push(row.last_error);
  return notes.length === 0 ? null : notes.join('; ');
}
