/** The table `push`: what came in. A push is recorded with its events and their deliveries, in one transaction. */

import type { Push } from '../gitee/push.ts';
import { isZeroId } from '../model/change.ts';
import type { LoggedEvent, LoggedPush, PushRecord, PutOff, Recorded } from '../model/push.ts';
import { type Db, write } from './database.ts';
import { type EventColumns, eventUnpacker } from './event-text.ts';
import { eventRecorder } from './events.ts';
import { gapWriter, ledgerReader, ledgerWriter } from './ledger.ts';
import { mergeRequestWriter } from './merge-request-rows.ts';
import type { PushStore, PutOffStore } from './store.ts';

export function pushStore(db: Db): PushStore {
  const recordEvents = eventRecorder(db);
  const dataOf = eventUnpacker(db);
  const announce = ledgerWriter(db);
  const tipOf = ledgerReader(db);
  const writeGaps = gapWriter(db);
  const writeRequest = mergeRequestWriter(db);
  const insert = db.prepare(
    `insert or ignore into push (spool_name, repository_id, user_id, pushed_at, options, notes)
     values (?, ?, ?, ?, ?, ?)`,
  );
  const known = db.prepare('select 1 from push where spool_name = ?');

  /** Another process may have announced it between the comparison and now. */
  function outOfDate({ repository, updates }: PushRecord): boolean {
    return updates.some(({ ref, old }) => (tipOf(repository.id, ref) ?? '') !== (isZeroId(old) ? '' : old));
  }

  return {
    async record(push, events, deliveriesFor, now) {
      return write(db, () => {
        if (push.recovered && outOfDate(push)) return NOTHING_NEW;
        const { changes, lastInsertRowid } = insert.run(
          push.spoolName,
          push.repository.id,
          push.userId,
          push.pushedAt,
          JSON.stringify(push.options),
          JSON.stringify(push.notes),
        );
        if (changes === 0) return NOTHING_NEW;
        if (push.gaps !== undefined) writeGaps(push.repository.id, push.gaps, now);
        announce(push.repository.id, push.updates, push.recovered, now);
        push.mergeRequests?.forEach(writeRequest);
        const pushId = Number(lastInsertRowid);
        const { eventIds, ...recorded } = recordEvents(push.repository, pushId, events, deliveriesFor, now);
        return { fresh: true, pushId, events: eventIds.length, ...recorded };
      });
    },

    async newest(scope) {
      const [kind, subject = ''] = scope.split(/:(.*)/s);
      const inScope = { all: 'root is not null', company: 'root is not null and company = @subject' }[kind!];
      const found = db
        .prepare<{ subject: string }, { repositoryId: number; userId: number }>(
          `select repository_id as repositoryId, user_id as userId
           from push join repository on repository.id = repository_id
           where removed_at is null and gone_at is null and ${inScope ?? 'repository_id = cast(@subject as integer)'}
           order by push.id desc limit 1`,
        )
        .get({ subject });
      return found ?? null;
    },

    async known(spoolName) {
      return known.get(spoolName) !== undefined;
    },

    async list(filter) {
      const where = filter.repositoryId === undefined ? '' : 'and push.repository_id = @repositoryId';
      return db
        .prepare<unknown[], Row>(
          `${SELECT} where pushed_at >= @since ${where} order by pushed_at desc, push.id desc limit @limit`,
        )
        .all(filter)
        .map(toPush);
    },

    async find(id) {
      const exact = db.prepare<unknown[], Row>(`${SELECT} where spool_name = ?`).get(id);
      const byNumber = /^\d{1,15}$/.test(id)
        ? db.prepare<unknown[], Row>(`${SELECT} where push.id = ?`).get(Number(id))
        : undefined;
      const one = exact ?? byNumber;
      if (one !== undefined) return [toPush(one)];
      return db
        .prepare<unknown[], Row>(
          `${SELECT} where substr(spool_name, 1, length(@id)) = @id and spool_name >= @id order by spool_name limit 2`,
        )
        .all({ id })
        .map(toPush);
    },

    async events(number, limit) {
      const deliveries = db.prepare<[number], LoggedEvent['deliveries'][number]>(
        'select id, webhook_id, state from delivery where event_id = ? order by seq',
      );
      return db
        .prepare<unknown[], Pick<LoggedEvent, 'event' | 'ref'> & EventColumns & { id: number }>(
          `select id, name as event, ref, data, pattern_id as patternId, parts
           from event where push_id = ? order by id limit ?`,
        )
        .all(number, limit)
        .map(({ id, event, ref, ...columns }) => ({
          event,
          ref,
          ...(ref === null ? { before: null, after: null } : tipsOf(dataOf(columns))),
          deliveries: deliveries.all(id),
        }));
    },
  };
}

function tipsOf(data: string): { before: string; after: string } {
  const { before, after } = JSON.parse(data) as Push;
  return { before, after };
}

const NOTHING_NEW: Recorded = { fresh: false, pushId: 0, events: 0, deliveries: 0, webhookIds: [] };

const SELECT = `select push.id as number, spool_name as id, pushed_at, repository.full_name as repository,
    user.login as pusher, options, notes,
    (select count(*) from event where event.push_id = push.id) as events,
    (select count(*) from event join delivery on delivery.event_id = event.id
     where event.push_id = push.id) as deliveries
  from push join repository on repository.id = push.repository_id join user on user.id = push.user_id`;

type Row = Omit<LoggedPush, 'options' | 'notes'> & { options: string; notes: string };

const toPush = (row: Row): LoggedPush => ({
  ...row,
  options: JSON.parse(row.options),
  notes: JSON.parse(row.notes),
});

/** Pushes that wait for another try: how often it was tried, and when the next one is due, whoever makes it. */
export function putOffStore(db: Db): PutOffStore {
  const all = db.prepare<[], PutOff>('select name, tries, next_at, reason, since from put_off');
  const put = db.prepare(
    `insert into put_off (name, tries, next_at, reason, since) values (@name, @tries, @next_at, @reason, @since)
     on conflict (name) do update set tries = @tries, next_at = @next_at, reason = @reason`,
  );
  const remove = db.prepare('delete from put_off where name = ?');
  const known = db
    .prepare('select 1 from repository where (directory = @at or path = @at) and removed_at is null limit 1')
    .pluck();
  const hurry = db.prepare('update put_off set next_at = 0, tries = 0 where name = ?');

  return {
    all: async () => all.all(),

    isKnown: async at => known.get({ at }) !== undefined,

    async put(one) {
      put.run(one);
    },

    async forget(name) {
      remove.run(name);
    },

    async hurry(name) {
      return hurry.run(name).changes > 0;
    },
  };
}
