/** `belfry deliveries`: the log, newest first. */
import { DELIVERY_STATES } from '../../model/delivery.ts';
import { EVENT_WORDS } from '../../model/names.ts';
import { parseSince } from '../../text/moment.ts';
import { limitOf, listOptions, sinceOption, text } from '../arguments.ts';
import type { CommandModule } from '../context.ts';
import { findRepository } from '../repo/find-repository.ts';
import { printDeliveries } from './delivery-table.ts';
import { followDeliveries } from './follow-deliveries.ts';
import { requireWebhook } from './known-webhook.ts';

export const deliveries: CommandModule = {
  examples: [
    ['deliveries --state failed --since 24h', 'What failed in the last 24 hours'],
    ['deliveries --repo acme/app --ref main --limit 5', 'Of one branch'],
    ["deliveries --grep 'certificate' --since 7d", 'What was answered, or failed, with these words'],
    ['deliveries --follow', 'And each that is new, or has changed, until Ctrl-C'],
    ['deliveries --repo acme/app --limit 5 --json', 'For programs'],
  ],
  options: yargs =>
    listOptions(sinceOption(yargs))
      .option('webhook', { type: 'number', describe: 'Only for this webhook' })
      .option('state', { choices: DELIVERY_STATES, describe: 'Only in this state' })
      .option('event', { choices: EVENT_WORDS, describe: 'Only of this event' })
      .option('ref', text('Only of this branch or tag'))
      .option('grep', text('Only with this text in an answer or an error'))
      .option('until', text('Not newer than this: 30m, 2h, 7d or a date'))
      .option('follow', {
        alias: 'f',
        type: 'boolean',
        default: false,
        describe: 'Then show what is new or changes, as it comes; with --json: one document for each line',
      })
      .conflicts('follow', 'until'),
  async run(argv, context) {
    const limit = limitOf(argv);
    const store = await context.store();
    const repository = argv.repo === undefined ? undefined : await findRepository(argv.repo, store);
    await requireWebhook(argv.webhook, store);
    const now = context.now();
    const filter = {
      repository: repository?.full_name,
      webhookId: argv.webhook,
      state: argv.state,
      event: argv.event,
      ref: argv.ref,
      text: argv.grep,
      since: argv.since === undefined ? undefined : parseSince(argv.since, now),
      until: argv.until === undefined ? undefined : parseSince(argv.until, now, '--until'),
      limit,
    };
    if (argv.follow) return followDeliveries(filter, argv, context);
    const rows = await store.deliveries.list(filter);
    if (argv.json) return context.json(rows);
    await printDeliveries(rows, context, 'No deliveries');
  },
};
