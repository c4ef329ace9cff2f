/** Writes webhooks. Everything here is part of a transaction of its caller. */
import { BelfryError } from '../errors.ts';
import { missingReason } from '../model/missing.ts';
import type { WebhookInput } from '../model/webhook.ts';
import type { Db } from './database.ts';
import { failPending, holdPending } from './deliveries.ts';
import type { SecretBox } from './secret-box.ts';
import { COLUMNS, columnsOf, INPUT_COLUMNS, revisionOf, type WebhookRow } from './webhook-rows.ts';
import { webhookSeals } from './webhook-seals.ts';

export type WebhookWriter = ReturnType<typeof webhookWriter>;

export function webhookWriter(db: Db, box: SecretBox) {
  const seals = webhookSeals(db, box);
  const byId = db.prepare<[number], WebhookRow>(`select ${COLUMNS.join(', ')} from webhook where id = ?`);
  const holder = db
    .prepare<[string, number], number>('select id from webhook where name = ? and id <> ?')
    .pluck();

  /** @throws BelfryError `not-found` */
  function existing(id: number): WebhookRow {
    const row = byId.get(id);
    if (row !== undefined) return row;
    throw new BelfryError('not-found', `Unknown webhook ${id}`, {
      hint: '`belfry webhook list` shows their ids.',
    });
  }

  function checkName(name: string, id: number): void {
    const other = name === '' ? undefined : holder.get(name, id);
    if (other === undefined) return;
    throw new BelfryError(
      'conflict',
      `The name ${JSON.stringify(name)} belongs to webhook ${other} already`,
      {
        hint: 'Names are unique: choose another one.',
      },
    );
  }

  /** What it lacks keeps it from being sent anything; once that is there, what was held goes out. */
  function setMissing(id: number, missing: readonly string[], before: readonly string[], now: number): void {
    if (missing.length > 0) {
      db.prepare(
        `update webhook set missing = ?, disabled_at = coalesce(disabled_at, ?), disabled_reason = ? where id = ?`,
      ).run(JSON.stringify(missing), now, missingReason(missing), id);
      holdPending(db, id, now);
    } else if (before.length > 0) {
      db.prepare(`update webhook set missing = '[]' where id = ?`).run(id);
      const { active } = existing(id);
      wake(id, now);
      if (active === 1) release(id, now);
    }
  }

  /** With a clean slate. */
  function wake(id: number, now: number): void {
    db.prepare(
      `update webhook set disabled_at = null, disabled_reason = null, failures = 0, failing_since = null, updated_at = ?
       where id = ?`,
    ).run(now, id);
  }

  /** What was held for it is pending. Gives the number. */
  function release(id: number, now: number): number {
    return db
      .prepare(
        `update delivery set state = 'pending', next_attempt_at = ?, updated_at = ?
         where webhook_id = ? and state = 'held'`,
      )
      .run(now, now, id).changes;
  }

  return {
    seals,
    existing,
    wake,
    release,

    /** Gives its id. @throws BelfryError `conflict` for a name that is taken */
    insert(input: WebhookInput, masked: string, now: number): number {
      checkName(input.name, 0);
      const { lastInsertRowid } = db
        .prepare(
          `insert into webhook (${INPUT_COLUMNS.join(', ')}, url_sealed, url_masked, created_at, updated_at)
           values (${INPUT_COLUMNS.map(name => `@${name}`).join(', ')}, '', @masked, @now, @now)`,
        )
        .run({ ...columnsOf(input), masked, now });
      const id = Number(lastInsertRowid);
      seals.seal(id, input);
      setMissing(id, input.missing ?? [], [], now);
      return id;
    },

    /** @throws BelfryError `not-found`, `conflict` */
    replace(id: number, input: WebhookInput, masked: string, now: number, revision?: string): void {
      const row = existing(id);
      if (revision !== undefined && revision !== revisionOf(row)) throw changedMeanwhile(id);
      checkName(input.name, id);
      if (!seals.keepsSecret(row, input.secret)) seals.forgetOld(id);
      const set = INPUT_COLUMNS.map(name => `${name} = @${name}`).join(', ');
      db.prepare(`update webhook set ${set}, url_masked = @masked, updated_at = @now where id = @id`).run({
        ...columnsOf(input),
        masked,
        now,
        id,
      });
      seals.seal(id, input);
      setMissing(id, input.missing ?? [], JSON.parse(row.missing), now);
    },

    /** Gives the number of deliveries that can no longer be sent. @throws BelfryError `not-found`, `conflict` */
    remove(id: number, now: number, revision?: string): number {
      const row = existing(id);
      if (revision !== undefined && revision !== revisionOf(row)) throw changedMeanwhile(id);
      const failed = failPending(db, id, now);
      db.prepare('delete from webhook where id = ?').run(id);
      return failed;
    },
  };
}

function changedMeanwhile(id: number): BelfryError {
  return new BelfryError('conflict', `Webhook ${id} was changed by somebody else meanwhile`, {
    hint: 'Nothing was changed: check it with `belfry webhook show`, and try again.',
  });
}
