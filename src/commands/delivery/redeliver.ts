/** `belfry redeliver`: on the schedule again, same id. */
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { parseSince } from '../../text/moment.ts';
import type { Args, CommandContext } from '../context.ts';

export const examples: [string, string][] = [
  ['redeliver 1mk9q2x0c5f7a3bd', 'one delivery'],
  ['redeliver --failed --since 2h --webhook 3', 'all that failed for a webhook in the last two hours'],
];

export function options(yargs: Argv): Argv {
  return yargs
    .positional('id', { type: 'string', array: true, describe: 'ids, or beginnings that fit only one' })
    .option('failed', { type: 'boolean', describe: 'all that failed' })
    .option('since', { type: 'string', describe: 'with --failed: not older than 30m, 2h, 7d or a date' })
    .option('webhook', { type: 'number', describe: 'with --failed: only for this webhook' })
    .implies({ since: 'failed', webhook: 'failed' });
}

export async function run(argv: Args, context: CommandContext): Promise<number> {
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
    if (held.length > 0) context.print(`${held.length} held until their webhook is enabled: ${idsOf(held)}`);
  }
  await context.wakeWorker();
  return 0;
}

function idsOf(done: { id: string }[]): string {
  const shown = done.slice(0, 10).map(one => one.id);
  return done.length > shown.length ? `${shown.join(' ')} …` : shown.join(' ');
}
