/** `belfry redeliver` sends what was sent already; `belfry resume` goes on with sending after it was held. */
import { BelfryError } from '../../errors.ts';
import { parseSince } from '../../text/moment.ts';
import { plural } from '../../text/plural.ts';
import type { CommandModule } from '../context.ts';

export const redeliver: CommandModule = {
  examples: [
    ['redeliver 1mk9q2x0c5f7a3bd', 'one delivery'],
    ['redeliver --failed --since 2h --webhook 3', 'all that failed for a webhook in the last two hours'],
  ],
  options: yargs =>
    yargs
      .positional('id', { type: 'string', array: true, describe: 'ids, or beginnings that fit only one' })
      .option('failed', { type: 'boolean', describe: 'all that failed' })
      .option('since', { type: 'string', describe: 'with --failed: not older than 30m, 2h, 7d or a date' })
      .option('webhook', { type: 'number', describe: 'with --failed: only for this webhook' })
      .implies({ since: 'failed', webhook: 'failed' }),
  async run(argv, context) {
    const ids: string[] = argv.id ?? [];
    if (argv.failed ? ids.length > 0 : ids.length === 0) {
      throw new BelfryError('usage', 'which ones? ids, or --failed, are wanted', {
        hint: '`belfry deliveries` shows the ids.',
      });
    }
    const store = await context.store();
    const now = context.now();
    const since = argv.since === undefined ? undefined : parseSince(argv.since, now);
    const done = argv.failed
      ? await store.deliveries.redeliverFailed({ since, webhookId: argv.webhook }, now)
      : await store.deliveries.redeliver(ids, now);
    if (argv.json) context.json(done);
    else {
      const held = done.filter(one => one.state === 'held');
      const sent = done.filter(one => one.state !== 'held');
      if (done.length === 0) context.print('nothing failed');
      if (sent.length > 0) context.print(`${sent.length} on their way: ${idsOf(sent)}`);
      if (held.length > 0)
        context.print(`${held.length} held until their webhook is enabled: ${idsOf(held)}`);
    }
    await context.wakeWorker();
    return 0;
  },
};

function idsOf(done: { id: string }[]): string {
  const shown = done.slice(0, 10).map(one => one.id);
  return done.length > shown.length ? `${shown.join(' ')} …` : shown.join(' ');
}

export const resume: CommandModule = {
  examples: [
    ['resume', 'everything that is pending is sent; what was sent already comes again, with the same id'],
    ['resume --drop-restored', 'what waited in the restored backup is given up; what came later is sent'],
  ],
  options: yargs =>
    yargs.option('drop-restored', {
      type: 'boolean',
      default: false,
      describe: 'give up what waited in the restored backup: it was sent long ago',
    }),
  async run(argv, context) {
    const store = await context.store();
    const held = await store.pause.get();
    if (argv.dropRestored && held !== null && held.restored_seq === null)
      throw new BelfryError('usage', '--drop-restored: no backup was restored');
    const dropped = await store.pause.end(argv.dropRestored, context.now());
    await context.wakeWorker();
    const { pending } = await store.status.queue(0);
    if (argv.json) context.json({ resumed: dropped !== null, dropped: dropped ?? 0, pending });
    else if (dropped === null) context.print('sending was not held');
    else {
      if (dropped > 0)
        context.print(
          `${plural(dropped, 'delivery is', 'deliveries are')} given up; \`belfry redeliver ID\` sends one all the same`,
        );
      context.print(`sending goes on: ${pending} pending`);
    }
    return 0;
  },
};
