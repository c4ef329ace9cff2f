/** What of a webhook is sealed: put in, opened, forgotten. */
import { BelfryError } from '../errors.ts';
import { maskProxy } from '../masking/mask-proxy.ts';
import { NO_PROXY, PLAIN_REACH } from '../model/reach.ts';
import type { WebhookInput } from '../webhooks/webhook-input.ts';
import type { Db } from './database.ts';
import type { SecretBox } from './secret-box.ts';
import { SEALED, type SealedPlace, type WebhookRow } from './webhook-row.ts';
import { openTarget, type Target } from './webhook-target.ts';

/** Everything here is part of a transaction of its caller. */
export function webhookSeals(db: Db, box: SecretBox) {
  const forget = db.prepare(
    'update webhook set old_secret_sealed = null, old_secret_until = null, token_from = null where id = ?',
  );

  function put(id: number, place: SealedPlace, text: string | null): void {
    const [column, context] = SEALED[place];
    const sealed = text === null ? null : box.seal(text, context(id));
    db.prepare(`update webhook set ${column} = ? where id = ?`).run(sealed, id);
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
      put(id, 'url', input.url);
      put(id, 'secret', input.secret);
      put(id, 'proxy', proxy === NO_PROXY ? null : proxy);
      put(id, 'clientKey', client_key);
      const masked = proxy === null || proxy === NO_PROXY ? proxy : maskProxy(proxy);
      db.prepare('update webhook set proxy_masked = ? where id = ?').run(masked, id);
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
