/** `belfry webhook list` and `show`: all webhooks, and one with what it got lately. */
import { isForge } from '../../model/names.ts';
import { moment } from '../../text/moment.ts';
import { printable } from '../../text/printable.ts';
import { wrap } from '../../text/wrap.ts';
import { webhookId } from '../arguments.ts';
import type { CommandModule } from '../context.ts';
import { printDeliveries } from '../delivery/delivery-table.ts';
import type { forgeUrls } from './forge-urls.ts';
import { FIELDS } from './webhook-fields.ts';
import {
  completeCommand,
  healHint,
  INSECURE,
  printWebhooks,
  STATE_WORDS,
  scopeText,
  secretInClear,
  webhookJson,
} from './webhook-json.ts';
import { customFacts, jenkinsFacts } from './webhook-target-facts.ts';

export const webhookList: CommandModule = {
  examples: [
    ['webhook list', 'All webhooks'],
    ['webhook list --json', 'For programs'],
  ],
  async run(argv, context) {
    const store = await context.store();
    const webhooks = await Promise.all(
      (await store.webhooks.list()).map(webhook => webhookJson(webhook, store, context.now())),
    );
    if (argv.json) return context.json(webhooks);
    printWebhooks(webhooks, context, 'No webhooks yet: see `belfry webhook add --help`');
  },
};

/** Where values begin. */
const INDENT = 10;

export const webhookShow: CommandModule = {
  examples: [['webhook show 1', 'Its settings and its last deliveries']],
  options: webhookId,
  async run(argv, context) {
    const store = await context.store();
    const row = await store.webhooks.get(argv.id);
    const webhook = await webhookJson(row, store, context.now());
    const urls = isForge(row.kind) ? await urlsOf(row, store, await context.settings()) : null;
    const deliveries = await store.deliveries.list({ webhookId: argv.id, limit: 10 });
    if (argv.json)
      return context.json({ ...webhook, ...(urls !== null && { receiver_sees: urls }), deliveries });
    const facts: [string, string][] = [
      ['webhook', `${webhook.id}${webhook.name === '' ? '' : ` (${webhook.name})`}`],
      ['for', scopeText(webhook)],
      ['url', webhook.url],
      ...FIELDS.flatMap(({ name, label = name, show }): [string, string][] => {
        const said = show?.(webhook) ?? '';
        return said === '' ? [] : [[label, said]];
      }),
      [
        'state',
        `${STATE_WORDS[webhook.state]}${webhook.disabled_reason === null ? '' : `: ${webhook.disabled_reason}`}`,
      ],
      [
        'failures',
        `${webhook.failures} in a row${webhook.failures > 0 ? ` since ${moment(webhook.failing_since)}` : ''}`,
      ],
      ['created', moment(webhook.created_at)],
    ];
    if (urls !== null) {
      const { repository, ...each } = urls;
      facts.push(
        ['matching', `by one of these the receiver has to know ${repository}:`],
        ...Object.entries(each),
      );
    }
    if (webhook.custom !== null) facts.push(...customFacts(webhook.custom));
    if (webhook.jenkins !== null) facts.push(...jenkinsFacts(webhook.jenkins));
    if (webhook.headers.length > 0) facts.push(['headers', webhook.headers.map(([name]) => name).join(', ')]);
    if (webhook.hmac_header !== null) facts.push(['signs', webhook.hmac_header]);
    if (webhook.proxy !== null) facts.push(['proxy', webhook.proxy]);
    if (webhook.ca !== null) facts.push(['trusts', webhook.ca]);
    if (webhook.client_certificate !== null) facts.push(['shows', webhook.client_certificate]);
    if (webhook.old_secret_until !== null)
      facts.push(['rotation', `the old secret is valid until ${moment(webhook.old_secret_until)}`]);
    for (const [name, value] of facts) {
      const text = wrap(printable(value), context.width, ' '.repeat(INDENT)).replace(/^ +/, '');
      context.print(
        name.padEnd(INDENT) + (name === 'state' ? text.replace(/^[^:\n]+/, context.state) : text),
      );
    }
    if (webhook.insecure) context.print(context.red(INSECURE));
    const clear = secretInClear(row);
    if (clear?.alarming) context.print(context.red(clear.text));
    if (webhook.missing.length > 0) {
      context.print(context.red(`${printable(webhook.problem!)}: what it is owed is held`));
      context.print(`  ${completeCommand(webhook, context.own)}`);
    } else if (webhook.problem !== null) {
      context.print(context.red(`key lost: ${printable(webhook.problem)}`));
      context.print(`  ${healHint(webhook, context.own)}`);
    }
    context.print('');
    await printDeliveries(deliveries, context, 'No deliveries yet');
  },
};

/** Loaded for the few that have them. */
async function urlsOf(...of: Parameters<typeof forgeUrls>): ReturnType<typeof forgeUrls> {
  return (await import('./forge-urls.ts')).forgeUrls(...of);
}
