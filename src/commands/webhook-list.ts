/** `belfry webhook list` */
import type { Argv } from 'yargs';
import type { Args, CommandContext } from './context.ts';
import { scopeText, webhookJson } from './webhook-json.ts';

export const examples: [string, string][] = [
  ['webhook list', 'all of them'],
  ['webhook list --json', 'for programs'],
];

export const options = (yargs: Argv): Argv => yargs;

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const webhooks = await Promise.all(
    (await store.webhooks.list()).map(webhook => webhookJson(webhook, store)),
  );
  if (argv.json) context.json(webhooks);
  else {
    context.table(
      ['ID', 'FOR', 'KIND', 'EVENTS', 'STATE', 'URL'],
      webhooks.map(hook => [
        String(hook.id),
        scopeText(hook),
        hook.kind,
        hook.events.join(','),
        hook.state,
        hook.url,
      ]),
      'no webhooks yet: `belfry webhook add --help`',
    );
  }
  return 0;
}
