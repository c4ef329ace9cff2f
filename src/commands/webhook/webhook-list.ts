/** `belfry webhook list` */
import type { Argv } from 'yargs';
import type { Args, CommandContext } from '../context.ts';
import { WEBHOOK_HEADER, webhookJson, webhookRow } from './webhook-json.ts';

export const examples: [string, string][] = [
  ['webhook list', 'All webhooks'],
  ['webhook list --json', 'For programs'],
];

export const options = (yargs: Argv): Argv => yargs;

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const webhooks = await Promise.all(
    (await store.webhooks.list()).map(webhook => webhookJson(webhook, store, context.now())),
  );
  if (argv.json) context.json(webhooks);
  else {
    context.table(
      WEBHOOK_HEADER,
      webhooks.map(webhookRow),
      'No webhooks yet: see `belfry webhook add --help`',
      index => webhooks[index]!.insecure,
    );
  }
  return 0;
}
