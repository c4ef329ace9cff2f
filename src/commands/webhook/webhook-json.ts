/** A webhook as programs and people see it, its scope by name. */

import type { Webhook } from '../../model/webhook.ts';
import type { Store } from '../../store/store.ts';
import type { CommandContext } from '../context.ts';

export interface ShownWebhook {
  id: number;
  name: string;
  scope: string;
  repository: string | null;
  company: string | null;
  kind: string;
  url: string;
  events: string[];
  branches: string[];
  auth: string;
  language: string | null;
  keyword: string | null;
  timeout_ms: number | null;
  active: boolean;
  state: 'active' | 'inactive' | 'disabled' | 'failing' | 'key-lost';
  disabled_reason: string | null;
  failures: number;
  failing_since: number | null;
  proxy: string | null;
  ca: string | null;
  client_certificate: string | null;
  insecure: boolean;
  /** While a secret is being replaced: until when the old one is valid too; from when Gitee's token is the new one's. */
  old_secret_until: number | null;
  token_from: number | null;
  /** Why URL and secrets cannot be opened: the key is lost. */
  problem: string | null;
  created_at: number;
}

export const INSECURE = 'insecure: any certificate of its target is accepted';

export async function webhookJson(webhook: Webhook, store: Store, now: number): Promise<ShownWebhook> {
  const [scope, subject = null] = webhook.scope.split(/:(.*)/s);
  const repository =
    scope === 'repository' ? ((await store.repositories.byId(Number(subject)))?.full_name ?? null) : null;
  const { url_masked: url, disabled_at, ...rest } = webhook;
  const problem = await store.webhooks.problem(webhook.id);
  const rotating = webhook.old_secret_until !== null && webhook.old_secret_until > now;
  const state = !webhook.active
    ? 'inactive'
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
    old_secret_until: rotating ? webhook.old_secret_until : null,
    token_from: rotating ? webhook.token_from : null,
  };
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
  let shown: object = { id: webhook.id };
  try {
    shown = await webhookJson(webhook, store, context.now());
  } finally {
    context.json(secret === null ? shown : { ...shown, secret });
  }
}

/** What to do when the key is lost. @param own the command line for this home */
export function healHint(id: number, own = 'belfry'): string {
  return `restore the key file from its backup, or set URL and secret anew: ${own} webhook edit ${id} --url-env U --secret-env S`;
}

/** What lists say of it. */
function stateText({ state, insecure, problem }: ShownWebhook): string {
  const words = [state, problem !== null && state !== 'key-lost' && 'key-lost', insecure && 'insecure'];
  return words.filter(Boolean).join(', ');
}

export const WEBHOOK_HEADER = ['ID', 'FOR', 'KIND', 'EVENTS', 'STATE', 'URL'];

export function webhookRow(hook: ShownWebhook): string[] {
  return [String(hook.id), scopeText(hook), hook.kind, hook.events.join(','), stateText(hook), hook.url];
}

/** `acme/app`, `acme/*` or `*`. */
export function scopeText(webhook: ShownWebhook): string {
  if (webhook.scope === 'all') return '*';
  return webhook.scope === 'company' ? `${webhook.company}/*` : (webhook.repository ?? '(gone)');
}
