/** A webhook as programs and people see it, its scope by name. */

import { missingHeaders, missingReason } from '../../model/missing.ts';
import { isGrouped, type KindName, SECRETLESS } from '../../model/names.ts';
import type { Webhook } from '../../model/webhook.ts';
import type { Store } from '../../store/store.ts';
import { printableJson } from '../../text/printable.ts';
import { certificateName } from '../../webhooks/certificates.ts';
import type { Args, CommandContext } from '../context.ts';
import type { Secret } from './webhook-secret.ts';

/** What the command line says of a webhook: what it is, and what can be said about it. */
export interface ShownWebhook extends Omit<Webhook, 'url_masked' | 'disabled_at' | 'client_cert'> {
  repository: string | null;
  company: string | null;
  url: string;
  state: 'active' | 'inactive' | 'disabled' | 'failing' | 'key-lost' | 'secret-missing';
  /** Names of the authority and of the client certificate that were given for it. */
  ca: string | null;
  client_certificate: string | null;
  /** Why it is sent nothing: URL and secrets cannot be opened (the key is lost), or something is still to be given. */
  problem: string | null;
}

export const INSECURE = 'insecure: any certificate of its target is accepted';

/** The header in which a receiver is given the secret itself, and no proof of it. */
const IN_CLEAR: Partial<Record<KindName, string>> = { gitee: 'X-Gitee-Token', gitlab: 'X-Gitlab-Token' };

const JENKINS_IN_CLEAR =
  'a token of Jenkins goes in clear; anybody on the way can read it: give the webhook an https URL';

/** What to say of a webhook whose secret goes over the wire as it is. @returns null when it does not */
export function secretInClear({
  kind,
  auth,
  url_masked: url,
}: Pick<Webhook, 'kind' | 'auth' | 'url_masked'>): { text: string; alarming: boolean } | null {
  const header = auth === 'password' ? IN_CLEAR[kind] : undefined;
  // Where nobody knows yet whether it is https.
  if (url === '') return null;
  const alarming = !url.startsWith('https:');
  if (kind === 'jenkins' && alarming) return { text: JENKINS_IN_CLEAR, alarming };
  if (header === undefined) return null;
  const advice = alarming ? 'anybody on the way can read it: give the webhook an https URL' : 'https only';
  return { text: `${header} is the secret itself, in clear; ${advice}`, alarming };
}

export async function webhookJson(webhook: Webhook, store: Store, now: number): Promise<ShownWebhook> {
  const [scope, subject = null] = webhook.scope.split(/:(.*)/s);
  const repository =
    scope === 'repository' ? ((await store.repositories.byId(Number(subject)))?.full_name ?? null) : null;
  const { url_masked: url, disabled_at, client_cert, ...rest } = webhook;
  const { missing } = webhook;
  const lost = await store.webhooks.problem(webhook.id);
  const problem = lost ?? (missing.length === 0 ? null : missingReason(missing));
  const rotating = webhook.old_secret_until !== null && webhook.old_secret_until > now;
  const state = !webhook.active
    ? 'inactive'
    : missing.length > 0
      ? 'secret-missing'
      : disabled_at !== null
        ? 'disabled'
        : problem !== null
          ? 'key-lost'
          : webhook.failures > 0
            ? 'failing'
            : 'active';
  return {
    ...rest,
    scope: scope!,
    repository,
    company: scope === 'company' ? subject : null,
    url,
    state,
    problem,
    ca: webhook.ca === null ? null : certificateName(webhook.ca),
    client_certificate: client_cert === null ? null : certificateName(client_cert),
    old_secret_until: rotating ? webhook.old_secret_until : null,
    token_from: rotating ? webhook.token_from : null,
  };
}

/** Says that a webhook was added or changed. @param said in a sentence */
export async function reportWebhook(
  webhook: Webhook,
  said: string,
  secret: Secret | undefined,
  { json }: Args,
  context: CommandContext,
): Promise<void> {
  const generated = secret?.generated ? secret.value : null;
  if (json) return printWebhookJson(webhook, generated, await context.store(), context);
  context.print(said);
  if (webhook.insecure) context.print(context.red(INSECURE));
  const clear = secretInClear(webhook);
  if (clear !== null) context.print(clear.alarming ? context.red(clear.text) : clear.text);
  if (generated !== null) context.print(`Secret (shown only now): ${generated}`);
}

/**
 * Prints a webhook that was changed, as JSON, whatever fails: a generated secret is stored sealed, and is shown only now.
 * @param secret when one was generated
 */
export async function printWebhookJson(
  webhook: Webhook,
  secret: string | null,
  store: Store,
  context: CommandContext,
): Promise<void> {
  const shown = await webhookJson(webhook, store, context.now()).catch(error => ({ id: webhook.id, error }));
  const { error, ...document } = { error: null, ...shown };
  const whole = secret === null ? document : { ...document, secret };
  try {
    context.json(whole);
  } catch (cause) {
    // A field that there is not was asked for.
    if (secret !== null) context.print(printableJson(whole));
    throw cause;
  }
  if (error !== null) throw error;
}

type Sealed = Pick<Webhook, 'id' | 'kind' | 'auth'>;

/** Sets again what was sealed: some have no secret. @param own the command line for this home */
export function healCommand({ id, kind, auth }: Sealed, own = 'belfry'): string {
  // Chats and Jenkins use a secret whatever `auth` says; to give the others one would switch their signature on.
  const isPlain = isGrouped(kind) || kind === 'jenkins';
  const hasSecret = isPlain ? !SECRETLESS.includes(kind) : auth !== 'none';
  return hasSecret
    ? `${own} webhook edit ${id} --url-stdin --secret-stdin < FILE   # URL on line 1, secret on line 2`
    : `${own} webhook edit ${id} --url-stdin < FILE   # URL on line 1`;
}

/** What to do when the key is lost. */
export function healHint(webhook: Sealed, own = 'belfry'): string {
  return `Restore the key file from its backup, or set what it sealed again: ${healCommand(webhook, own)}`;
}

/** What gives it what it lacks. @param own as above */
export function completeCommand({ id, missing }: Pick<Webhook, 'id' | 'missing'>, own = 'belfry'): string {
  const of = (place: string) => missing.includes(place);
  const lines = [
    of('url') && ['--url-stdin', 'URL'],
    of('secret') && ['--secret-stdin', 'secret'],
    missingHeaders(missing).length > 0 && ['--header-stdin', 'NAME: VALUE of each header'],
  ].filter(line => line !== false);
  const others = [of('proxy') && '--proxy URL', of('client_key') && '--client-cert FILE --client-key FILE'];
  const words = [...lines.map(([option]) => option), ...others.filter(Boolean)].join(' ');
  const input =
    lines.length === 0 ? '' : ` < FILE   # line by line: ${lines.map(([, what]) => what).join(', ')}`;
  return `${own} webhook edit ${id} ${words}${input}`;
}

/** Nobody takes one for the other: an admin's `webhook disable`, and what belfry itself does with a dead receiver. */
export const STATE_WORDS: Record<ShownWebhook['state'], string> = {
  active: 'active',
  inactive: 'switched off',
  disabled: 'stopped by belfry',
  failing: 'failing',
  'key-lost': 'key-lost',
  'secret-missing': 'secret missing',
};

/** What lists say of it. */
function stateText({ state, insecure, problem, missing }: ShownWebhook): string {
  const words = [
    STATE_WORDS[state],
    problem !== null && missing.length === 0 && state !== 'key-lost' && 'key-lost',
    insecure && 'insecure',
  ];
  return words.filter(Boolean).join(', ');
}

/** A list of them; a column of names only where one has a name. */
export function printWebhooks(webhooks: ShownWebhook[], context: CommandContext, empty: string): void {
  const named = webhooks.some(({ name }) => name !== '');
  context.table(
    ['ID', ...(named ? ['NAME'] : []), 'FOR', 'KIND', 'EVENTS', 'STATE', 'URL'],
    webhooks.map(hook => [
      String(hook.id),
      ...(named ? [hook.name] : []),
      ...[scopeText(hook), hook.kind, hook.events.join(','), stateText(hook), hook.url],
    ]),
    empty,
    { red: row => webhooks[row]!.insecure, keep: KEEP },
  );
}

/** Of several globs the first one, of a URL where it leads. */
const KEEP = { FOR: /^\S*/, STATE: 'whole', URL: /^\w+:\/\/[^/]*/ } as const;

/** `acme/app`, `acme/*` or `*`. */
export function scopeText(webhook: ShownWebhook): string {
  if (webhook.repos.length > 0) return webhook.repos.join(' ');
  if (webhook.scope === 'all') return '*';
  return webhook.scope === 'company' ? `${webhook.company}/*` : (webhook.repository ?? '(gone)');
}
