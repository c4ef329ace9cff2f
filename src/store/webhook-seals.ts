/** What of a webhook is sealed: URL, secrets and whatever else only its receiver may know. */
import type { Statement } from 'better-sqlite3';
import { BelfryError } from '../errors.ts';
import { maskProxy } from '../masking/mask-url.ts';
import { NO_PROXY, PLAIN_REACH } from '../model/reach.ts';
import type { Target, WebhookInput } from '../model/webhook.ts';
import type { Db } from './database.ts';
import type { SecretBox } from './secret-box.ts';
import { headersIn, optionsOf, SEALED, type SealedPlace, type WebhookRow } from './webhook-rows.ts';

/** @throws BelfryError `key` when the key file is not the one that sealed it */
function openTarget(row: WebhookRow, box: SecretBox): Target {
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
    headers: headersIn(open('headers')),
    language: row.language,
    keyword: row.keyword,
    clone_http: row.clone_http,
    clone_ssh: row.clone_ssh,
    hmac_header: row.hmac_header,
    scope: row.scope,
    ...optionsOf(row),
    created_at: row.created_at,
    timeoutMs: row.timeout_ms,
    lastTimestamp: row.last_timestamp,
  };
}

/** What of a webhook is sealed: put in, opened, forgotten. Everything here is part of a transaction of its caller. */
export function webhookSeals(db: Db, box: SecretBox) {
  const forget = db.prepare(
    'update webhook set old_secret_sealed = null, old_secret_until = null, token_from = null where id = ?',
  );

  let putMasked: Statement | undefined;
  const puts: Partial<Record<SealedPlace, Statement>> = {};

  function put(id: number, place: SealedPlace, text: string | null): void {
    const [column, context] = SEALED[place];
    const sealed = text === null ? null : box.seal(text, context(id));
    puts[place] ??= db.prepare(`update webhook set ${column} = ? where id = ?`);
    puts[place].run(sealed, id);
  }

  /** Why it cannot be opened; null when it can. */
  function problem(row: WebhookRow): string | null {
    try {
      openTarget(row, box);
      return null;
    } catch (error) {
      if (error instanceof BelfryError) return error.message;
      throw error;
    }
  }

  return {
    put,
    problem,

    /** Everything that an admin gave. */
    seal(id: number, input: WebhookInput): void {
      const { proxy, client_key } = input.reach ?? PLAIN_REACH;
      const { headers = [] } = input;
      put(id, 'url', input.url);
      put(id, 'secret', input.secret);
      put(id, 'proxy', proxy === NO_PROXY ? null : proxy);
      put(id, 'clientKey', client_key);
      put(id, 'headers', headers.length === 0 ? null : JSON.stringify(headers));
      const masked = proxy === null || proxy === NO_PROXY ? proxy : maskProxy(proxy);
      const names = headers.length === 0 ? null : JSON.stringify(headers.map(([name]) => [name, '***']));
      putMasked ??= db.prepare('update webhook set proxy_masked = ?, headers_masked = ? where id = ?');
      putMasked.run(masked, names, id);
    },

    /** @throws BelfryError `key` */
    open: (row: WebhookRow): Target => openTarget(row, box),

    /** The same secret as before leaves the one that it replaces valid. */
    keepsSecret(row: WebhookRow, secret: string | null): boolean {
      return problem(row) === null && openTarget(row, box).secret === secret;
    },

    forgetOld: (id: number): void => void forget.run(id),
  };
}
