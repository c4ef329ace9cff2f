/** A row of the table `webhook`, what the rest of belfry sees of it, and the places where something is sealed. */
import { createHash } from 'node:crypto';
import type { Webhook } from '../model/webhook.ts';
import { certificateName } from '../webhooks/certificates.ts';
import type { WebhookInput } from '../webhooks/webhook-input.ts';

export interface WebhookRow
  extends Omit<
    Webhook,
    'events' | 'branches' | 'active' | 'insecure' | 'proxy' | 'ca' | 'client_certificate'
  > {
  events: string;
  branches: string;
  active: number;
  insecure: number;
  proxy_masked: string | null;
  ca: string | null;
  client_cert: string | null;
  url_sealed: string;
  secret_sealed: string | null;
  old_secret_sealed: string | null;
  proxy_sealed: string | null;
  client_key_sealed: string | null;
  stamped_to: number;
}

export const COLUMNS = `id, name, scope, kind, url_sealed, url_masked, events, branches, auth, secret_sealed, language,
  keyword, timeout_ms, active, disabled_at, disabled_reason, failures, failing_since, proxy_sealed, proxy_masked, ca,
  client_cert, client_key_sealed, insecure, old_secret_sealed, old_secret_until, token_from, stamped_to, created_at`;

/** Column, and what binds a sealed text to its place. */
export const SEALED = {
  url: ['url_sealed', (id: number) => `webhook ${id} url`],
  secret: ['secret_sealed', (id: number) => `webhook ${id} secret`],
  oldSecret: ['old_secret_sealed', (id: number) => `webhook ${id} old secret`],
  proxy: ['proxy_sealed', (id: number) => `webhook ${id} proxy`],
  clientKey: ['client_key_sealed', (id: number) => `webhook ${id} client key`],
} as const;
export type SealedPlace = keyof typeof SEALED;

export function toWebhook(row: WebhookRow): Webhook {
  const {
    url_sealed: _url,
    secret_sealed: _secret,
    old_secret_sealed: _old,
    proxy_sealed: _proxy,
    client_key_sealed: _key,
    proxy_masked: proxy,
    stamped_to: _stamp,
    client_cert,
    ca,
    ...shown
  } = row;
  return {
    ...shown,
    events: JSON.parse(row.events),
    branches: JSON.parse(row.branches),
    active: row.active === 1,
    insecure: row.insecure === 1,
    proxy,
    ca: ca === null ? null : certificateName(ca),
    client_certificate: client_cert === null ? null : certificateName(client_cert),
  };
}

/** The plain columns of what an admin gave. */
export function columnsOf(input: WebhookInput) {
  const { url: _url, secret: _secret, reach, ...plain } = input;
  return {
    ...plain,
    events: JSON.stringify(input.events),
    branches: JSON.stringify(input.branches),
    active: input.active ? 1 : 0,
    ca: reach?.ca ?? null,
    client_cert: reach?.client_cert ?? null,
    insecure: reach?.insecure ? 1 : 0,
  };
}

/** Another one whenever somebody has changed what an admin, or a new key, changes; not what the worker finds out. */
export function revisionOf({
  disabled_at: _at,
  disabled_reason: _reason,
  failures: _failures,
  failing_since: _since,
  stamped_to: _stamp,
  ...set
}: WebhookRow): string {
  return createHash('sha256').update(JSON.stringify(set)).digest('hex');
}
