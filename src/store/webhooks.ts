/** Webhooks, their secrets sealed. A webhook that belfry gave up on is disabled: its pending deliveries are held. */

import { BelfryError } from '../errors.ts';
import { NO_PROXY, PLAIN_REACH } from '../model/reach.ts';
import { audienceOf } from './audience.ts';
import { type Db, write } from './database.ts';
import { failPending, holdPending } from './deliveries.ts';
import type { SecretBox } from './secret-box.ts';
import type { WebhookStore } from './store.ts';
import { COLUMNS, columnsOf, INPUT_COLUMNS, revisionOf, toWebhook, type WebhookRow } from './webhook-rows.ts';
import { webhookSeals } from './webhook-seals.ts';

/** A worker looks for what others have written before each of its transactions. */
const AHEAD_MS = 200;

export function webhookStore(db: Db, box: SecretBox): WebhookStore {
  const seals = webhookSeals(db, box);
  const byId = db.prepare<[number], WebhookRow>(`select ${COLUMNS.join(', ')} from webhook where id = ?`);

  function existing(id: number): WebhookRow {
    const row = byId.get(id);
    if (row !== undefined) return row;
    throw new BelfryError('not-found', `Unknown webhook ${id}`, {
      hint: '`belfry webhook list` shows their ids.',
    });
  }

  return {
    async add(input, masked, now) {
      return write(db, () => {
        const { lastInsertRowid } = db
          .prepare(
            `insert into webhook (${INPUT_COLUMNS.join(', ')}, url_sealed, url_masked, created_at, updated_at)
             values (${INPUT_COLUMNS.map(name => `@${name}`).join(', ')}, '', @masked, @now, @now)`,
          )
          .run({ ...columnsOf(input), masked, now });
        const id = Number(lastInsertRowid);
        seals.seal(id, input);
        return toWebhook(existing(id));
      });
    },

    async replace(id, input, masked, now, revision?) {
      return write(db, () => {
        const row = existing(id);
        if (revision !== undefined && revision !== revisionOf(row)) throw changedMeanwhile(id);
        if (!seals.keepsSecret(row, input.secret)) seals.forgetOld(id);
        const set = INPUT_COLUMNS.map(name => `${name} = @${name}`).join(', ');
        db.prepare(`update webhook set ${set}, url_masked = @masked, updated_at = @now where id = @id`).run({
          ...columnsOf(input),
          masked,
          now,
          id,
        });
        seals.seal(id, input);
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

    async remove(id, now) {
      return write(db, () => {
        existing(id);
        const failed = failPending(db, id, now);
        db.prepare('delete from webhook where id = ?').run(id);
        return failed;
      });
    },

    async enable(id, now) {
      return write(db, () => {
        existing(id);
        db.prepare(
          `update webhook set active = 1, disabled_at = null, disabled_reason = null, failures = 0,
             failing_since = null, updated_at = ? where id = ?`,
        ).run(now, id);
        return db
          .prepare(
            `update delivery set state = 'pending', next_attempt_at = ?, updated_at = ?
             where webhook_id = ? and state = 'held'`,
          )
          .run(now, now, id).changes;
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

function changedMeanwhile(id: number): BelfryError {
  return new BelfryError('conflict', `Webhook ${id} was changed by somebody else meanwhile`, {
    hint: 'Nothing was changed: check it with `belfry webhook show`, and try again.',
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
