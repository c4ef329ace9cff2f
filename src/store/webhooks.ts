/** Webhooks, their secrets sealed. A webhook that belfry gave up on is disabled: what it is owed is held. */
import { BelfryError } from '../errors.ts';
import { NO_PROXY, PLAIN_REACH, type Reach } from '../model/reach.ts';
import type { Target, Webhook, WebhookInput } from '../model/webhook.ts';
import { type Db, write } from './database.ts';
import { failPending, holdPending } from './deliveries.ts';
import type { SecretBox } from './secret-box.ts';
import {
  COLUMNS,
  columnsOf,
  INPUT_COLUMNS,
  revisionOf,
  toWebhook,
  type WebhookRow,
  webhookSeals,
} from './webhook-rows.ts';

export function webhookStore(db: Db, box: SecretBox) {
  const seals = webhookSeals(db, box);
  const byId = db.prepare<[number], WebhookRow>(`select ${COLUMNS.join(', ')} from webhook where id = ?`);

  function existing(id: number): WebhookRow {
    const row = byId.get(id);
    if (row !== undefined) return row;
    throw new BelfryError('not-found', `there is no webhook ${id}`, {
      hint: '`belfry webhook list` shows them.',
    });
  }

  return {
    async add(input: WebhookInput, masked: string, now: number): Promise<Webhook> {
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

    /**
     * Replaces everything that an admin may set.
     * @param revision what the new values were made from; another one by now is a conflict
     * @throws BelfryError `not-found`, `conflict`
     */
    async replace(
      id: number,
      input: WebhookInput,
      masked: string,
      now: number,
      revision?: string,
    ): Promise<Webhook> {
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

    async get(id: number): Promise<Webhook> {
      return toWebhook(existing(id));
    },

    /** Changes with what an admin, or a new key, changes; not with what the worker finds out. Read before the rest. */
    async revision(id: number): Promise<string> {
      return revisionOf(existing(id));
    },

    /** @throws BelfryError `not-found`; `key` when the key file is not the one that sealed it */
    async target(id: number): Promise<Target> {
      try {
        return seals.open(existing(id));
      } catch {
        // Read again: a change of the key may have come between the row and the key.
        return seals.open(existing(id));
      }
    },

    /** What can be said without the key of how it is reached. */
    async clearReach(id: number): Promise<Reach> {
      const { proxy_masked, ca, insecure } = existing(id);
      const proxy = proxy_masked === NO_PROXY ? NO_PROXY : null;
      return { ...PLAIN_REACH, proxy, ca, insecure: insecure === 1 };
    },

    /** Why its secrets cannot be opened; null when they can. */
    async problem(id: number): Promise<string | null> {
      // Twice, as in `target`.
      return seals.problem(existing(id)) === null ? null : seals.problem(existing(id));
    },

    /**
     * A new secret; the one it replaces stays valid for a while.
     * @throws BelfryError `invalid` without a secret, `conflict` while one is being replaced, `key`
     */
    async rotate(
      id: number,
      secret: string,
      times: { until: number; tokenFrom: number },
      now: number,
    ): Promise<Webhook> {
      return write(db, () => {
        const row = existing(id);
        const { secret: old } = seals.open(row);
        if (old === null)
          throw new BelfryError('invalid', `webhook ${id} has no secret that could be replaced`, {
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

    /** Secrets that were replaced and are no longer valid are gone after that. Gives their number. */
    async forgetOld(now: number): Promise<number> {
      const due = 'select id from webhook where old_secret_until <= ?';
      const ids = db.prepare<[number], number>(due).pluck().all(now);
      if (ids.length > 0) write(db, () => ids.forEach(seals.forgetOld));
      return ids.length;
    },

    async list(): Promise<Webhook[]> {
      return (db.prepare(`select ${COLUMNS.join(', ')} from webhook order by id`).all() as WebhookRow[]).map(
        toWebhook,
      );
    },

    /** What it was still owed can no longer be sent, and its deliveries say why. Gives their number. */
    async remove(id: number, now: number): Promise<number> {
      return write(db, () => {
        existing(id);
        const failed = failPending(db, id, now);
        db.prepare('delete from webhook where id = ?').run(id);
        return failed;
      });
    },

    /** On again, with a clean slate: what was held is owed now. Gives the number of deliveries set free. */
    async enable(id: number, now: number): Promise<number> {
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

    /** Off by the admin: nothing new is owed to it; what it is owed already is held. Gives the number held. */
    async disable(id: number, now: number): Promise<number> {
      return write(db, () => {
        existing(id);
        db.prepare('update webhook set active = 0, updated_at = ? where id = ?').run(now, id);
        return holdPending(db, id, now);
      });
    },
  };
}

function changedMeanwhile(id: number): BelfryError {
  return new BelfryError('conflict', `webhook ${id} was changed by somebody else meanwhile`, {
    hint: 'Nothing is changed: look at it, and try again.',
  });
}

function stillRotating({ id, old_secret_until }: WebhookRow): BelfryError {
  const until = new Date(old_secret_until!).toISOString();
  return new BelfryError(
    'conflict',
    `the secret of webhook ${id} is being replaced already, until ${until}`,
    {
      hint: `Wait until then, or replace it at once, for good: belfry webhook edit ${id} --generate-secret`,
    },
  );
}
