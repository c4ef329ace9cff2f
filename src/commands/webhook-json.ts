/** A webhook as programs and people see it, its scope by name. */
import type { Store } from '../store/store.ts';
import type { Webhook } from '../webhooks/webhook.ts';

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
  state: 'active' | 'inactive' | 'disabled' | 'failing';
  disabled_reason: string | null;
  failures: number;
  failing_since: number | null;
  created_at: number;
}

export async function webhookJson(webhook: Webhook, store: Store): Promise<ShownWebhook> {
  const [scope, subject = null] = webhook.scope.split(/:(.*)/s);
  const repository =
    scope === 'repository' ? ((await store.repositories.byId(Number(subject)))?.full_name ?? null) : null;
  const { url_masked: url, disabled_at, ...rest } = webhook;
  const state = !webhook.active
    ? 'inactive'
    : disabled_at !== null
      ? 'disabled'
      : webhook.failures > 0
        ? 'failing'
        : 'active';
  return { ...rest, scope: scope!, repository, company: scope === 'company' ? subject : null, url, state };
}

/** `acme/app`, `acme/*` or `*`. */
export function scopeText(webhook: ShownWebhook): string {
  if (webhook.scope === 'all') return '*';
  return webhook.scope === 'company' ? `${webhook.company}/*` : (webhook.repository ?? '(gone)');
}
