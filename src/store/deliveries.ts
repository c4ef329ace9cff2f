/** The delivery log: every delivery, what became of it, and sending it again. */

import { BelfryError } from '../errors.ts';
import type { Outcome } from '../model/attempt.ts';
import type { Delivery, LogMark, PushDelivery, Redelivered } from '../model/delivery.ts';
import { readAttempts } from './attempts.ts';
import { type Db, write } from './database.ts';
import { type EventColumns, eventUnpacker } from './event-text.ts';
import type { DeliveryStore } from './store.ts';

/** Of a push: a large one has parts, NAME/2 and so on, and NAME/rest is what its hook did not hear of. `0` comes after `/`. */
const PARTS = `select id from push where spool_name = @name
  union all select id from push where spool_name > @name || '/' and spool_name < @name || '0'`;

const SELECT = `select delivery.seq, delivery.id, coalesce(delivery.word, event.name) as event, repository.full_name as repository, event.ref,
    event.facts ->> 'recovered' as recovered, delivery.webhook_id, coalesce(webhook.kind, '') as kind, delivery.state, delivery.attempts, delivery.created_at,
    delivery.next_attempt_at, delivery.last_status, delivery.last_error, delivery.merged_into, delivery.replayed
  from delivery
  join event on event.id = delivery.event_id
  join repository on repository.id = event.repository_id
  left join webhook on webhook.id = delivery.webhook_id`;

/** Whatever was said of a delivery, in one text. */
const SAID = `coalesce(last_error, '') || coalesce((
    select group_concat(coalesce(response_body, '') || char(10) || coalesce(error, '') || char(10) || coalesce(hint, ''))
    from attempt where delivery_seq = delivery.seq), '')`;

const AFTER = '(delivery.seq > ? or delivery.seq in (select delivery_seq from attempt where id > ?))';

function namesOf(ref: string): string[] {
  return ref.startsWith('refs/') ? [ref] : [ref, `refs/heads/${ref}`, `refs/tags/${ref}`];
}

type Selected = Omit<Delivery, 'recovered' | 'replayed'> & {
  seq: number;
  recovered: number | null;
  replayed: number;
};

function toRow({ seq: _seq, ...row }: Selected): Delivery {
  return { ...row, recovered: row.recovered === 1, replayed: row.replayed === 1 };
}

/** Part of a transaction: on the schedule again. */
function redeliverer(db: Db): (seq: number, now: number) => Redelivered {
  const find = db.prepare<[number], { id: string; state: string; retry: number; off: number | null }>(
    `select delivery.id, state, retry, (select active = 0 or disabled_at is not null from webhook where id = webhook_id) as off
     from delivery where seq = ?`,
  );
  const putBack = db.prepare(
    `update delivery set state = ?, retry = 1, tries = 0, fallback = 0, redeliveries = redeliveries + 1,
       merged_into = null, dropped_at = null, next_attempt_at = ?, updated_at = ? where seq = ?`,
  );
  return (seq, now) => {
    const { id, state, retry, off } = find.get(seq)!;
    if (off === null) throw new BelfryError('conflict', `The webhook of delivery ${id} was removed`);
    // Its first attempt is pending, or under way already without being marked: a second one would be one too many.
    if (state === 'sending' || (state === 'pending' && retry === 0)) return { id, state };
    const next = off === 1 ? 'held' : 'pending';
    putBack.run(next, now, now, seq);
    return { id, state: next };
  };
}

export function deliveryStore(db: Db): DeliveryStore {
  const putBack = redeliverer(db);
  const dataOf = eventUnpacker(db);
  const dataVersion = db.prepare<[], number>('pragma data_version').pluck();
  const changes = db.prepare<[], number>('select total_changes()').pluck();

  function seqOf(id: string): number {
    const seqs = db
      .prepare('select seq from delivery where id >= ? and id < ? limit 2')
      .pluck()
      .all(id, `${id}~`);
    if (seqs.length === 1) return seqs[0] as number;
    const problem = seqs.length === 0 ? `Unknown delivery ${id}` : `${id} matches several deliveries`;
    throw new BelfryError('not-found', problem, { hint: '`belfry deliveries` shows their ids.' });
  }

  return {
    async list(filter) {
      const conditions: [sql: string, value: unknown][] = [
        ['repository.full_name = ?', filter.repository],
        ['delivery.webhook_id = ?', filter.webhookId],
        ['delivery.state = ?', filter.state],
        ['coalesce(delivery.word, event.name) = ?', filter.event],
        ['delivery.created_at >= ?', filter.since],
        ['delivery.created_at < ?', filter.until],
        [AFTER, filter.after && [filter.after.seq, filter.after.attempt]],
        [`event.ref in (select value from json_each(?))`, filter.ref && JSON.stringify(namesOf(filter.ref))],
        [`${SAID} like ? escape '\\'`, filter.text && `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`],
      ];
      const used = conditions.filter(([, value]) => value !== undefined);
      const where = used.length === 0 ? '' : `where ${used.map(([sql]) => sql).join(' and ')}`;
      const rows = db
        .prepare(`${SELECT} ${where} order by delivery.seq desc limit ?`)
        .all(...used.flatMap(([, value]) => value), filter.limit) as Selected[];
      return rows.map(toRow);
    },

    async mark() {
      return db
        .prepare<[], LogMark>(
          'select (select coalesce(max(seq), 0) from delivery) as seq, (select coalesce(max(id), 0) from attempt) as attempt',
        )
        .get()!;
    },

    async show(id) {
      const seq = seqOf(id);
      const row = db.prepare(`${SELECT} where delivery.seq = ?`).get(seq) as Selected;
      const event = db
        .prepare<[number], EventColumns & { facts: string }>(
          `select data, pattern_id as patternId, parts, facts from event
           where id = (select event_id from delivery where seq = ?)`,
        )
        .get(seq)!;
      const { facts } = event;
      return { ...toRow(row), data: dataOf(event), facts, history: readAttempts(db, seq) };
    },

    async ofPush(spoolName) {
      const rows = db
        .prepare(
          `select delivery.id, delivery.state, event.ref, webhook.id as webhookId, webhook.scope,
             webhook.url_masked as webhook, attempt.status,
             attempt.duration_ms as durationMs, attempt.error, attempt.verdict, attempt.hint
           from push join event on event.push_id = push.id
           join delivery on delivery.event_id = event.id
           join webhook on webhook.id = delivery.webhook_id
           left join attempt on attempt.delivery_seq = delivery.seq and attempt.number = delivery.attempts
           where push.id in (${PARTS}) order by delivery.seq`,
        )
        .all({ name: spoolName }) as (Omit<PushDelivery, 'attempt'> & Outcome)[];
      return rows.map(({ status, durationMs, error, verdict, hint, ...row }) => {
        const last = { status, durationMs, error, verdict, hint };
        return { ...row, attempt: verdict === null ? null : last };
      });
    },

    async countOfPush(spoolName, most) {
      return db
        .prepare<[{ name: string; most: number }], number>(
          `select count(*) from (select 1 from push join event on event.push_id = push.id
             join delivery on delivery.event_id = event.id where push.id in (${PARTS}) limit @most + 0)`,
        )
        .pluck()
        .get({ name: spoolName, most })!;
    },

    moment: async () => `${dataVersion.get()}/${changes.get()}`,

    async redeliver(ids, now) {
      return write(db, () => ids.map(id => putBack(seqOf(id), now)));
    },

    async redeliverFailed(filter, now) {
      return write(db, () => {
        const seqs = db
          .prepare(
            `select seq from delivery where state = 'failed' and dropped_at is null and created_at >= ?
               and webhook_id in (select id from webhook) and (? is null or webhook_id = ?) order by seq`,
          )
          .pluck()
          .all(filter.since ?? 0, filter.webhookId ?? null, filter.webhookId ?? null) as number[];
        return seqs.map(seq => putBack(seq, now));
      });
    },
  };
}

/** Part of a transaction: everything the webhook waits for is kept, and not sent. */
export function holdPending(db: Db, webhookId: number, now: number): number {
  const hold = (index: string, retry: 0 | 1): number =>
    db
      .prepare(
        `update delivery indexed by ${index} set state = 'held', updated_at = ?
         where webhook_id = ? and state = 'pending' and retry = ${retry}`,
      )
      .run(now, webhookId).changes;
  return hold('delivery_first', 0) + hold('delivery_retry', 1);
}

/** Part of a transaction: the webhook is gone, nothing that waited for it can be sent. */
export function failPending(db: Db, webhookId: number, now: number): number {
  return db
    .prepare(
      `update delivery set state = 'failed', next_attempt_at = null, last_error = 'the webhook was removed',
         updated_at = ? where webhook_id = ? and state in ('pending', 'held')`,
    )
    .run(now, webhookId).changes;
}
