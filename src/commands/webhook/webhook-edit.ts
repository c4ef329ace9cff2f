/** `belfry webhook edit`: changes what is named, keeps the rest. */
import { BelfryError } from '../../errors.ts';
import { maskUrl } from '../../masking/mask-url.ts';
import type { Webhook, WebhookInput } from '../../model/webhook.ts';
import type { Store } from '../../store/store.ts';
import { settingsOf } from '../../webhooks/webhook-input.ts';
import { text, webhookId } from '../arguments.ts';
import type { Args, CommandModule } from '../context.ts';
import { reportWebhook } from './webhook-json.ts';
import { readInput, readScope, webhookOptions } from './webhook-options.ts';
import { readReach } from './webhook-reach.ts';
import { readSecret, readUrl, type Secret } from './webhook-secret.ts';

/** So many others may be quicker, before it is said. */
const MOST_TRIES = 100;

export const webhookEdit: CommandModule = {
  examples: [
    ['webhook edit 1 --events push,tag_push', 'Other events'],
    ['webhook edit 1 --branch main --branch "release/*"', 'Other branches (--branch "" for all)'],
    ['webhook edit 1 --generate-secret', 'A new secret'],
    ['webhook edit 1 --auth none', 'No secret any more'],
  ],
  options: yargs => webhookOptions(webhookId(yargs)).option('url', text('Another target')),
  async run(argv, context) {
    const store = await context.store();
    const url = await readUrl(argv, context);
    const secret = await readSecret(argv, context);
    const given = { ...argv, url };
    const named = await readScope(argv, context);
    let webhook = await edit(given, named, secret, store, context.now());
    for (let tries = 1; webhook === null; tries++)
      webhook = await edit(given, named, secret, store, context.now(), tries >= MOST_TRIES);
    await reportWebhook(webhook, `Changed webhook ${webhook.id}`, secret, argv, context);
    await context.wakeWorker();
  },
};

/**
 * Puts what is named on top of what stands. Null when somebody else has changed the webhook meanwhile: what was not named
 * here would be set back.
 * @param last it is said then
 */
async function edit(
  argv: Args,
  named: string | undefined,
  secret: Secret | undefined,
  store: Store,
  now: number,
  last = false,
): Promise<Webhook | null> {
  const { id } = argv;
  const revision = await store.webhooks.revision(id);
  const replacesAll = argv.url !== undefined && (secret !== undefined || argv.auth === 'none');
  const base = await current(id, store, replacesAll);
  if (argv.auth === 'none') base.secret = null;
  const input = { ...readInput(argv, base, secret), reach: await readReach(argv, base.reach) };
  const scope = named ?? base.scope;
  const masked = maskUrl(input.kind, input.url);
  try {
    return await store.webhooks.replace(id, { ...input, scope }, masked, now, revision);
  } catch (error) {
    if (!last && error instanceof BelfryError && error.code === 'conflict') return null;
    throw error;
  }
}

/** @param replacesAll when URL and secret are given anew, a lost key is no obstacle */
async function current(id: number, store: Store, replacesAll: boolean): Promise<WebhookInput> {
  const plain = settingsOf(await store.webhooks.get(id));
  try {
    const { url, secret, reach, headers } = await store.webhooks.target(id);
    return { ...plain, url, secret, reach, ...(headers.length > 0 && { headers }) };
  } catch (error) {
    if (!(error instanceof BelfryError) || error.code !== 'key') throw error;
    if (replacesAll) return { ...plain, url: '', secret: null, reach: await store.webhooks.clearReach(id) };
    throw new BelfryError('key', error.message, {
      hint: 'Its URL and secret can no longer be read: give both again (--url-stdin and --secret-stdin, or --auth none), and the proxy and client certificate that it had.',
      cause: error,
    });
  }
}
