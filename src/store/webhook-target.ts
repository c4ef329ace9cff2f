/** What is needed to send to a webhook: its row, opened. */
import type { KindName } from '../model/names.ts';
import { NO_PROXY, type Reach } from '../model/reach.ts';
import type { AuthMode, Webhook } from '../model/webhook.ts';
import type { SecretBox } from './secret-box.ts';
import { SEALED, type SealedPlace, type WebhookRow } from './webhook-row.ts';

/** Only this holds secrets in clear; it is never printed. */
export interface Target {
  id: number;
  kind: KindName;
  url: string;
  auth: AuthMode;
  secret: string | null;
  /** The secret that is being replaced. */
  old: OldSecret | null;
  reach: Reach;
  language: Webhook['language'];
  keyword: string | null;
  timeoutMs: number | null;
  /** Timestamps up to this one may have been sent: milliseconds since 1970. */
  stampedTo: number;
}

export interface OldSecret {
  secret: string;
  /** Valid before that, milliseconds since 1970. */
  until: number;
  /** Before that, Gitee's single token is made with it. */
  tokenFrom: number;
}

/** @throws BelfryError `key` when the key file is not the one that sealed it */
export function openTarget(row: WebhookRow, box: SecretBox): Target {
  const open = (place: SealedPlace): string | null => {
    const [column, context] = SEALED[place];
    const sealed = row[column];
    return sealed === null ? null : box.open(sealed, context(row.id));
  };
  const old = open('oldSecret');
  const until = row.old_secret_until ?? 0;
  return {
    id: row.id,
    kind: row.kind,
    url: open('url') ?? '',
    auth: row.auth,
    secret: open('secret'),
    old: old === null ? null : { secret: old, until, tokenFrom: row.token_from ?? until },
    reach: {
      proxy: row.proxy_masked === NO_PROXY ? NO_PROXY : open('proxy'),
      ca: row.ca,
      client_cert: row.client_cert,
      client_key: open('clientKey'),
      insecure: row.insecure === 1,
    },
    language: row.language,
    keyword: row.keyword,
    timeoutMs: row.timeout_ms,
    stampedTo: row.stamped_to,
  };
}
