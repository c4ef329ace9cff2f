/** Webhooks, their secrets sealed. A webhook that belfry gave up on is disabled: its pending deliveries are held. */

import { BelfryError } from '../errors.ts';
import { missingReason } from '../model/missing.ts';
import { NO_PROXY, PLAIN_REACH } from '../model/reach.ts';
import type { Target } from '../model/webhook.ts';
import { audienceOf } from './audience.ts';
import { type Db, write } from './database.ts';
import { holdPending } from './deliveries.ts';
import type { SecretBox } from './secret-box.ts';
import type { WebhookStore } from './store.ts';
import { COLUMNS, revisionOf, toWebhook, type WebhookRow } from './webhook-rows.ts';
import { webhookWriter } from './webhook-writer.ts';

/** A worker looks for what others have written before each of its transactions. */
const AHEAD_MS = 200;

export function webhookStore(db: Db, box: SecretBox): WebhookStore {
  const writer = webhookWriter(db, box);
  const { existing, seals } = writer;

  /** Null when no key opens it. */
  function opened(row: WebhookRow): Target | null {
    try {
      return seals.open(row);
    } catch (error) {
      if (error instanceof BelfryError && error.code === 'key') return null;
      throw error;
    }
  }

  return {
    async add(input, masked, now) {
      return write(db, () => toWebhook(existing(writer.insert(input, masked, now))));
    },

    async replace(id, input, masked, now, revision?) {
      return write(db, () => {
        writer.replace(id, input, masked, now, revision);
        return toWebhook(existing(id));
      });
    },

    async get(id) {
      return toWebhook(existing(id));
    },

    async revision(id) {
      return revisionOf(existing(id));
    },

    async target(id) {
      try {
        return seals.open(existing(id));
      } catch {
        // Read again: a change of the key may have come between the row and the key.
        return seals.open(existing(id));
      }
    },

    async clearReach(id) {
      const { proxy_masked, ca, insecure } = existing(id);
      const proxy = proxy_masked === NO_PROXY ? NO_PROXY : null;
      return { ...PLAIN_REACH, proxy, ca, insecure: insecure === 1 };
    },

    async problem(id) {
      // Twice, as in `target`.
      return seals.problem(existing(id)) === null ? null : seals.problem(existing(id));
    },

    async rotate(id, secret, times, now) {
      return write(db, () => {
        const row = existing(id);
        const { secret: old } = seals.open(row);
        if (old === null)
          throw new BelfryError('invalid', `Webhook ${id} has no secret to replace`, {
            hint: `\`belfry webhook edit ${id} --generate-secret\` gives it one.`,
          });
        if (row.old_secret_until !== null && row.old_secret_until > now) throw stillRotating(row);
        seals.put(id, 'oldSecret', old);
        seals.put(id, 'secret', secret);
        db.prepare(
          'update webhook set old_secret_until = @until, token_from = @tokenFrom, updated_at = @now where id = @id',
        ).run({ ...times, now, id });
        return toWebhook(existing(id));
      });
    },

    async takeStamp(id, now, most) {
      return write(db, () => {
        const stamp = Math.min(Math.max(now + AHEAD_MS, existing(id).last_timestamp + 1), most);
        db.prepare('update webhook set last_timestamp = max(last_timestamp, ?) where id = ?').run(stamp, id);
        return stamp;
      });
    },

    async forgetOld(now) {
      const due = 'select id from webhook where old_secret_until <= ?';
      const ids = db.prepare<[number], number>(due).pluck().all(now);
      if (ids.length > 0) write(db, () => ids.forEach(seals.forgetOld));
      return ids.length;
    },

    async list() {
      return (db.prepare(`select ${COLUMNS.join(', ')} from webhook order by id`).all() as WebhookRow[]).map(
        toWebhook,
      );
    },

    ...audienceOf(db),

    async whole() {
      const rows = db.prepare<[], WebhookRow>(`select ${COLUMNS.join(', ')} from webhook order by id`).all();
      return rows.map(row => ({
        id: row.id,
        webhook: toWebhook(row),
        // Read again: a change of the key may have come between the row and the key.
        target: opened(row) ?? opened(existing(row.id)),
        revision: revisionOf(row),
      }));
    },

    async remove(id, now) {
      return write(db, () => writer.remove(id, now));
    },

    async enable(id, now) {
      return write(db, () => {
        const missing: string[] = JSON.parse(existing(id).missing);
        if (missing.length > 0) throw lacks(id, missing);
        db.prepare('update webhook set active = 1 where id = ?').run(id);
        writer.wake(id, now);
        return writer.release(id, now);
      });
    },

    async disable(id, now) {
      return write(db, () => {
        existing(id);
        db.prepare('update webhook set active = 0, updated_at = ? where id = ?').run(now, id);
        return holdPending(db, id, now);
      });
    },
  };
}

function lacks(id: number, missing: readonly string[]): BelfryError {
  return new BelfryError('conflict', `Webhook ${id}: ${missingReason(missing)}`, {
    hint: `It is sent what is held for it once \`belfry webhook edit ${id}\`, or \`belfry apply\`, has given it that.`,
  });
}

function stillRotating({ id, old_secret_until }: WebhookRow): BelfryError {
  const until = new Date(old_secret_until!).toISOString();
  return new BelfryError(
    'conflict',
    `The secret of webhook ${id} is already being replaced, until ${until}`,
    {
      hint: `Wait until then; or end the overlap now, and the receiver needs the newest secret at once: belfry webhook edit ${id} --generate-secret`,
    },
  );
}
