/** `belfry replay`: past events for a webhook, also for one that was added after them. */
import { replay as replayEvents } from '../../announce/replay.ts';
import { BelfryError } from '../../errors.ts';
import { parseSince } from '../../text/moment.ts';
import { plural } from '../../text/plural.ts';
import { flag, text } from '../arguments.ts';
import type { Args, CommandContext, CommandModule } from '../context.ts';
import { findPush } from '../push/push-lines.ts';

export const replay: CommandModule = {
  examples: [
    ['replay --webhook 3 --since 24h --missing', 'What a new webhook would have heard since yesterday'],
    ['replay --webhook 3 --push 1842', 'One push once more, with new ids'],
    ['replay --webhook 3 --since 2026-11-01 --dry-run', 'How many that would be'],
  ],
  options: yargs =>
    yargs
      .option('webhook', { type: 'number', demandOption: true, describe: 'Who is to be told' })
      .option('since', text('Of events not older than this: 30m, 2h, 7d or a date'))
      .option('push', text('Of one push: its number, or the beginning of its id'))
      .option('missing', flag('Only what the webhook was never owed'))
      .option('dry-run', flag('Only say how many deliveries that would be'))
      .conflicts('since', 'push'),
  async run(argv, context) {
    const store = await context.store();
    if (argv.since === undefined && argv.push === undefined)
      throw new BelfryError('usage', 'Missing --since or --push: which events are to be sent?', {
        hint: '`belfry push list` shows pushes; events are kept for the days that the setting keep.days says.',
      });
    const webhook = await store.webhooks.get(argv.webhook);
    if (!webhook.active)
      throw new BelfryError('conflict', `Webhook ${webhook.id} is switched off: it is told nothing`, {
        hint: `${context.own} webhook enable ${webhook.id}`,
      });
    const wanted = await wantedOf(argv, context);
    const deps = { store, settings: await context.settings(), now: context.now() };
    const { events, deliveries } = await replayEvents(webhook, wanted, !argv.dryRun, deps);
    const isHeld = webhook.disabled_at !== null;
    if (argv.json)
      context.json({ webhook_id: webhook.id, events, deliveries, dry_run: argv.dryRun, held: isHeld });
    else
      context.print(
        `${argv.dryRun ? 'Would queue' : isHeld ? 'Held until the webhook is enabled:' : 'Queued'} ${plural(deliveries, 'delivery')} of ${plural(events, 'event')} for webhook ${webhook.id}`,
      );
    if (!argv.dryRun && deliveries > 0) await context.wakeWorker();
  },
};

async function wantedOf({ since, push, missing }: Args, context: CommandContext) {
  if (since !== undefined) return { since: parseSince(since, context.now()), missing };
  const store = await context.store();
  const deps = { store, spool: await context.spool(), settings: await context.settings(), own: context.own };
  const found = await findPush(String(push), deps);
  if ('logged' in found) return { push: found.logged.number, missing };
  throw new BelfryError(
    'conflict',
    `Push ${found.spooled.id} is ${found.spooled.state}: it has no events yet`,
    {
      hint: `\`${context.own} push show ${found.spooled.id}\` says why.`,
    },
  );
}
