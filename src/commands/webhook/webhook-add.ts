/** `belfry webhook add`: registers a webhook. */
import type { Argv } from 'yargs';
import { BelfryError } from '../../errors.ts';
import { maskUrl } from '../../masking/mask-url.ts';
import { NEW_WEBHOOK } from '../../webhooks/webhook-input.ts';
import type { Args, CommandContext } from '../context.ts';
import { readUrl } from './read-url.ts';
import { INSECURE, printWebhookJson } from './webhook-json.ts';
import { readInput, readScope, webhookOptions } from './webhook-options.ts';
import { readReach } from './webhook-reach.ts';
import { readSecret } from './webhook-secret.ts';

export const examples: [string, string][] = [
  ['webhook add https://ci.example.com/hook --repo acme/app --generate-secret', 'one repository, signed'],
  [
    'webhook add https://ci.example.com/hook --company acme --events push,tag_push --branch main',
    'a company',
  ],
  [
    'webhook add --url-stdin --secret-stdin --all < dingtalk.txt',
    'a DingTalk robot: its URL on the first line, its secret on the second',
  ],
];

export function options(yargs: Argv): Argv {
  return webhookOptions(
    yargs.positional('url', {
      type: 'string',
      describe: 'where to send (a robot’s is a secret: better --url-stdin or --url-env)',
    }),
  ).option('inactive', { type: 'boolean', describe: 'register it switched off' });
}

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const url = await readUrl(argv, context);
  if (url === undefined)
    throw new BelfryError('usage', 'where to? a URL is wanted, or --url-stdin, or --url-env NAME');
  const secret = await readSecret(argv, context);
  const input = { ...readInput({ ...argv, url }, NEW_WEBHOOK, secret), reach: await readReach(argv) };
  const scope = await readScope(argv, context);
  if (scope === undefined) {
    throw new BelfryError('usage', 'whose pushes? one of --repo NAME, --company NAME or --all is wanted');
  }
  const webhook = await store.webhooks.add(
    { ...input, scope },
    maskUrl(input.kind, input.url),
    context.now(),
  );
  const generated = secret?.generated ? secret.value : null;
  if (argv.json) await printWebhookJson(webhook, generated, store, context);
  else {
    context.print(
      `webhook ${webhook.id} tells ${webhook.url_masked} (${webhook.kind}) of ${input.events.join(', ')}`,
    );
    if (webhook.insecure) context.print(context.red(INSECURE));
    if (generated !== null) context.print(`secret (shown only now): ${generated}`);
    context.print(`try it: belfry webhook test ${webhook.id}`);
  }
  // Last: it may fail, and the webhook is there.
  await context.wakeWorker();
  return 0;
}
