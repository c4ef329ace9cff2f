/** `belfry webhook edit`: changes what is named, keeps the rest. */
import type { Argv } from 'yargs';
import { BelfryError } from '../errors.ts';
import { maskUrl } from '../kinds/mask-url.ts';
import type { Store } from '../store/store.ts';
import type { WebhookInput } from '../webhooks/webhook-input.ts';
import type { Args, CommandContext } from './context.ts';
import { readUrl } from './read-url.ts';
import { INSECURE, webhookJson } from './webhook-json.ts';
import { readInput, readScope, readSecret, webhookOptions } from './webhook-options.ts';
import { readReach } from './webhook-reach.ts';

export const examples: [string, string][] = [
  ['webhook edit 1 --events push,tag_push', 'other events'],
  ['webhook edit 1 --branch main --branch "release/*"', 'other branches (--branch "" for all)'],
  ['webhook edit 1 --generate-secret', 'a new secret'],
  ['webhook edit 1 --auth none', 'no secret any more'],
];

export function options(yargs: Argv): Argv {
  return webhookOptions(yargs.positional('id', { type: 'number', demandOption: true })).option('url', {
    type: 'string',
    describe: 'another target',
  });
}

export async function run(argv: Args, context: CommandContext): Promise<number> {
  const store = await context.store();
  const url = await readUrl(argv, context);
  const secret = await readSecret(argv, context);
  const base = await current(
    argv.id,
    store,
    url !== undefined && (secret !== undefined || argv.auth === 'none'),
  );
  if (argv.auth === 'none') base.secret = null;
  const input = { ...readInput({ ...argv, url }, base, secret), reach: await readReach(argv, base.reach) };
  const scope = (await readScope(argv, store)) ?? base.scope;
  const webhook = await store.webhooks.replace(
    argv.id,
    { ...input, scope },
    maskUrl(input.kind, input.url),
    context.now(),
  );
  await context.wakeWorker();
  if (argv.json) {
    const shown = await webhookJson(webhook, store, context.now());
    context.json(secret?.generated ? { ...shown, secret: secret.value } : shown);
    return 0;
  }
  context.print(`webhook ${webhook.id} is changed`);
  if (webhook.insecure) context.print(context.red(INSECURE));
  if (secret?.generated) context.print(`secret (shown only now): ${secret.value}`);
  return 0;
}

/** @param replacesAll when URL and secret are given anew, a lost key is no obstacle */
async function current(id: number, store: Store, replacesAll: boolean): Promise<WebhookInput> {
  const { name, scope, kind, events, branches, auth, language, keyword, timeout_ms, active } =
    await store.webhooks.get(id);
  const plain = { name, scope, kind, events, branches, auth, language, keyword, timeout_ms, active };
  try {
    const { url, secret, reach } = await store.webhooks.target(id);
    return { ...plain, url, secret, reach };
  } catch (error) {
    if (!(error instanceof BelfryError) || error.code !== 'key') throw error;
    if (replacesAll) return { ...plain, url: '', secret: null, reach: await store.webhooks.clearReach(id) };
    throw new BelfryError('key', error.message, {
      hint: 'Its URL and secret can no longer be read: give both anew (--url-stdin and --secret-stdin, or --auth none), and the proxy and client certificate that it had.',
      cause: error,
    });
  }
}
