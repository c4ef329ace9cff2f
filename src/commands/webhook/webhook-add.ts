/** `belfry webhook add`: registers a webhook. */

import { BelfryError } from '../../errors.ts';
import { maskUrl } from '../../masking/mask-url.ts';
import { NEW_WEBHOOK } from '../../webhooks/webhook-input.ts';
import { text } from '../arguments.ts';
import type { CommandModule } from '../context.ts';
import { sameTargetNote } from './same-target.ts';
import { reportWebhook } from './webhook-json.ts';
import { readScope, readWebhook, webhookOptions } from './webhook-options.ts';
import { readSecret, readUrl } from './webhook-secret.ts';

export const webhookAdd: CommandModule = {
  examples: [
    ['webhook add https://ci.example.com/hook --repo acme/app --generate-secret', 'One repository, signed'],
    [
      'webhook add https://ci.example.com/hook --company acme --events push,tag_push --branch main',
      'A company',
    ],
    [
      "webhook add https://docs.example.com/build --repo 'acme/*' --repo '!acme/secret' --path 'docs/**'",
      'Only where documentation changes',
    ],
    [
      'webhook add https://ci.example.com/build --repo acme/app --skip-ci --latest-only 30',
      'A slow builder: the newest state, once nobody has pushed for half a minute',
    ],
    [
      'webhook add --url-stdin --secret-stdin --all < dingtalk.txt',
      'A DingTalk robot: its URL on the first line, its secret on the second',
    ],
  ],
  options: yargs =>
    webhookOptions(
      yargs.positional(
        'url',
        text('Where to send (a robot’s URL is a secret: better --url-stdin or --url-env)'),
      ),
    ).option('inactive', { type: 'boolean', describe: 'Add it switched off: `webhook enable` starts it' }),
  async run(argv, context) {
    const store = await context.store();
    const url = await readUrl(argv, context);
    if (url === undefined)
      throw new BelfryError('usage', 'Missing URL: give it as an argument, or use --url-stdin or --url-env.');
    const secret = await readSecret(argv, context);
    const input = await readWebhook({ ...argv, url }, NEW_WEBHOOK, secret, context);
    const named = await readScope(argv, context);
    if (named === undefined) {
      throw new BelfryError('usage', 'Missing scope: use --repo NAME, --company NAME or --all.');
    }
    const webhook = await store.webhooks.add(
      { ...input, scope: named.scope, repos: named.repos ?? [] },
      maskUrl(input.kind, input.url),
      context.now(),
    );
    const said = `Created webhook ${webhook.id}: ${input.events.join(', ')} → ${webhook.url_masked} (${webhook.kind})`;
    await reportWebhook(webhook, said, secret, argv, context);
    const note = await sameTargetNote(webhook, input.url, store);
    if (note !== null) context.stderr(`note: ${note}`);
    if (!argv.json) context.print(`Try it: ${context.own} webhook test ${webhook.id}`);
    // Last: it may fail, and the webhook is there.
    await context.wakeWorker();
  },
};
