/** `belfry redeliver`: sends what was sent already. */
import { BelfryError } from '../../errors.ts';
import { parseSince } from '../../text/moment.ts';
import { plural } from '../../text/plural.ts';
import { someIds, text } from '../arguments.ts';
import type { CommandModule } from '../context.ts';
import { requireWebhook } from './known-webhook.ts';

export const redeliver: CommandModule = {
  examples: [
    ['redeliver 1mk9q2x0c5f7a3bd', 'One delivery'],
    [
      'redeliver --failed --since 2h --webhook 3',
      'Everything that failed for a webhook in the last two hours',
    ],
  ],
  options: yargs =>
    yargs
      .positional('id', { type: 'string', array: true, describe: 'Ids, or unambiguous beginnings of ids' })
      .option('failed', { type: 'boolean', describe: 'Everything that failed' })
      .option('since', text('With --failed: not older than this: 30m, 2h, 7d or a date'))
      .option('webhook', { type: 'number', describe: 'With --failed: only for this webhook' })
      .implies({ since: 'failed', webhook: 'failed' }),
  async run(argv, context) {
    const ids: string[] = argv.id ?? [];
    if (argv.failed ? ids.length > 0 : ids.length === 0) {
      const problem = argv.failed
        ? 'Give only one of delivery ids and --failed.'
        : 'Missing ids: give delivery ids, or use --failed.';
      throw new BelfryError('usage', problem, {
        hint: '`belfry deliveries` shows the ids.',
      });
    }
    const store = await context.store();
    await requireWebhook(argv.webhook, store);
    const now = context.now();
    const since = argv.since === undefined ? undefined : parseSince(argv.since, now);
    const done = argv.failed
      ? await store.deliveries.redeliverFailed({ since, webhookId: argv.webhook }, now)
      : await store.deliveries.redeliver(ids, now);
    if (argv.json) context.json(done);
    else {
      const held = done.filter(one => one.state === 'held');
      const sent = done.filter(one => one.state !== 'held');
      if (done.length === 0) context.print('No failed deliveries');
      if (sent.length > 0) context.print(`Queued ${plural(sent.length, 'delivery')} again: ${someIds(sent)}`);
      if (held.length > 0)
        context.print(
          `Held ${plural(held.length, 'delivery')} until the webhook is enabled: ${someIds(held)}`,
        );
    }
    await context.wakeWorker();
  },
};
