/** `belfry webhook edit`: changes what is named, keeps the rest. */
import { BelfryError } from '../../errors.ts';
import { maskUrl } from '../../masking/mask-url.ts';
import { isHeaderPlace, missingReason } from '../../model/missing.ts';
import type { OwnHeader } from '../../model/own-header.ts';
import type { Webhook, WebhookInput } from '../../model/webhook.ts';
import type { Store } from '../../store/store.ts';
import { settingsOf } from '../../webhooks/webhook-input.ts';
import { text, webhookId } from '../arguments.ts';
import type { Args, CommandContext, CommandModule } from '../context.ts';
import { reportWebhook } from './webhook-json.ts';
import { type NamedScope, readScope, readWebhook, webhookOptions } from './webhook-options.ts';
import { readSecret, readUrl, type Secret } from './webhook-secret.ts';

/** So many others may be quicker, before it is said. */
const MOST_TRIES = 100;

export const webhookEdit: CommandModule = {
  examples: [
    ['webhook edit 1 --events push,tag_push', 'Other events'],
    ['webhook edit 1 --branch main --branch "release/*"', 'Other branches (--branch "" for all)'],
    ['webhook edit 1 --generate-secret', 'A new secret'],
    ['webhook edit 1 --auth none', 'No secret any more'],
    ['webhook edit 1 --header X-Api-Key:', 'Not this header any more'],
  ],
  options: yargs => webhookOptions(webhookId(yargs)).option('url', text('Another target')),
  async run(argv, context) {
    await refuseNothing(argv, context);
    const url = await readUrl(argv, context);
    const secret = await readSecret(argv, context);
    const given = { ...argv, url };
    const named = await readScope(argv, context);
    let edited = await edit(given, named, secret, context);
    for (let tries = 1; edited === null; tries++)
      edited = await edit(given, named, secret, context, tries >= MOST_TRIES);
    const { webhook, note } = edited;
    await reportWebhook(webhook, `Changed webhook ${webhook.id}`, secret, argv, context);
    if (note !== null) context.stderr(`note: ${note}`);
    await context.wakeWorker();
  },
};

/** What every command is given, whatever was typed. */
const NO_CHANGE = ['_', '$0', 'command', 'id', 'home', 'json', 'jsonFields', 'json-fields', 'help', 'h'];

/** @throws BelfryError `usage` when nothing is named that could be changed; `not-found` for a webhook that is not there */
async function refuseNothing(argv: Args, context: CommandContext): Promise<void> {
  if (Object.keys(argv).some(key => argv[key] !== undefined && !NO_CHANGE.includes(key))) return;
  const { id } = await (await context.store()).webhooks.get(argv.id);
  throw new BelfryError('usage', `Nothing to change: webhook ${id} stays as it is`, {
    hint: `Name what shall be changed, e.g. belfry webhook edit ${id} --events push,tag_push; \`belfry webhook edit --help\` lists everything.`,
  });
}

/**
 * Puts what is named on top of what stands. Null when somebody else has changed the webhook meanwhile: what was not named
 * here would be set back.
 * @param last it is said then
 */
async function edit(
  argv: Args,
  named: NamedScope | undefined,
  secret: Secret | undefined,
  context: CommandContext,
  last = false,
): Promise<{ webhook: Webhook; note: string | null } | null> {
  const { id } = argv;
  const store = await context.store();
  const revision = await store.webhooks.revision(id);
  const replacesAll = argv.url !== undefined && (secret !== undefined || argv.auth === 'none');
  const { lost, missing: lacking, ...base } = await current(id, store, replacesAll);
  if (argv.auth === 'none') base.secret = null;
  const moves = argv.url !== undefined && base.url !== '' && originOf(argv.url) !== originOf(base.url);
  if (moves && secret === undefined && (argv.auth ?? base.auth) === 'password' && base.secret !== null)
    throw new BelfryError(
      'invalid',
      'Missing secret: the URL leads to another server, which would be sent the old password in clear',
      {
        hint: 'Give it anew with --generate-secret, --secret-stdin or --secret-env; or sign: --auth signature.',
      },
    );
  const { secret: before } = base;
  // As a header of its own: another Jenkins must not be told it.
  if (moves && base.kind === 'jenkins') base.secret = null;
  const input = await readWebhook(argv, moves ? { ...base, headers: [] } : base, secret, context);
  const { scope, repos = base.repos } = named ?? { scope: base.scope };
  const masked = maskUrl(input.kind, input.url);
  const still = stillMissing(lacking, argv, input);
  try {
    const webhook = await store.webhooks.replace(
      id,
      { ...input, scope, repos, missing: still },
      masked,
      context.now(),
      revision,
    );
    const dropped = missing(moves ? (base.headers ?? []) : lost, webhook.headers);
    const notes = [
      droppedNote(dropped, moves),
      before !== null && input.secret === null && input.kind === 'jenkins' ? SECRET_DROPPED : null,
      still.length === 0 ? null : `${missingReason(still)}: what it is owed is held`,
    ];
    return { webhook, note: notes.filter(note => note !== null).join('; ') || null };
  } catch (error) {
    const isQuicker = error instanceof BelfryError && error.code === 'conflict';
    if (!last && isQuicker && (await store.webhooks.revision(id)) !== revision) return null;
    throw error;
  }
}

const SECRET_DROPPED =
  'the secret is dropped, because Jenkins would be sent it in clear; give the token of this Jenkins by --secret-stdin where it wants one';

/** What `belfry apply` has made without, and neither this edit nor one before has given or done away with. */
function stillMissing(places: readonly string[], argv: Args, input: WebhookInput): string[] {
  const { headers = [], reach } = input;
  const isGiven = (place: string): boolean => {
    switch (place) {
      case 'url':
        return input.url !== '';
      case 'secret':
        return input.secret !== null || argv.auth === 'none';
      case 'proxy':
        return argv.proxy !== undefined;
      case 'client_key':
        return reach?.client_key !== null || argv.clientCert === '';
      default:
        return argv.header?.includes('') || headers.some(([name]) => isHeaderPlace(place, name));
    }
  };
  return places.filter(place => !isGiven(place));
}

function originOf(url: string): string | undefined {
  return URL.parse(url)?.origin;
}

function missing(before: readonly OwnHeader[], now: readonly OwnHeader[]): string[] {
  const names = now.map(([name]) => name.toLowerCase());
  return before.map(([name]) => name).filter(name => !names.includes(name.toLowerCase()));
}

/** A header is a secret between its admin and one server: another one must not be told it. */
function droppedNote(names: string[], moved: boolean): string | null {
  if (names.length === 0) return null;
  const why = moved ? 'the URL leads to another server' : 'its key is lost';
  return names.length === 1
    ? `the header ${names[0]} is dropped, because ${why}; if it is still wanted, give it again`
    : `the headers ${names.join(', ')} are dropped, because ${why}; if they are still wanted, give them again`;
}

/**
 * @param replacesAll when URL and secret are given anew, a lost key is no obstacle
 * @returns what stands, and the headers that are lost with the key
 */
async function current(
  id: number,
  store: Store,
  replacesAll: boolean,
): Promise<WebhookInput & { lost: OwnHeader[]; missing: readonly string[] }> {
  const webhook = await store.webhooks.get(id);
  const { missing } = webhook;
  const plain = { ...settingsOf(webhook), missing };
  try {
    const { url, secret, reach, headers } = await store.webhooks.target(id);
    return { ...plain, url, secret, reach, headers, lost: [] };
  } catch (error) {
    if (!(error instanceof BelfryError) || error.code !== 'key') throw error;
    if (replacesAll) {
      const reach = await store.webhooks.clearReach(id);
      return { ...plain, url: '', secret: null, reach, lost: webhook.headers };
    }
    throw new BelfryError('key', error.message, {
      hint: 'Its URL and secret can no longer be read: give both again (--url-stdin and --secret-stdin, or --auth none), and the proxy, client certificate and headers that it had.',
      cause: error,
    });
  }
}
