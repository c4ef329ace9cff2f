/** The table `push` as people read it: which pushes there were, what they did, and who was told. */
import { BelfryError } from '../errors.ts';
import type { Push } from '../gitee/push.ts';
import type { LoggedEvent, LoggedPush, ToldEvent } from '../model/push.ts';
import type { Db } from './database.ts';
import { type EventColumns, eventUnpacker } from './event-text.ts';
import type { PushStore } from './store.ts';

type PushLog = Pick<PushStore, 'list' | 'find' | 'told' | 'ofDelivery' | 'events'>;

export function pushLog(db: Db): PushLog {
  const dataOf = eventUnpacker(db);

  return {
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

    async told(number, limit) {
      const events = db
        .prepare<unknown[], Omit<ToldEvent, 'deliveries' | 'data'> & EventColumns>(
          `select id, name, ref, data, pattern_id as patternId, parts, facts
           from event where push_id = ? and only_for is null order by id limit ?`,
        )
        .all(number, limit);
      const deliveries = db
        .prepare<
          unknown[],
          ToldEvent['deliveries'][number] & { events: string; ref: string | null; alone: number }
        >(
          `select delivery.id, webhook_id, state, coalesce(event_ids, json_array(event.id)) as events, ref,
             only_for is not null as alone
           from event join delivery on event_id = event.id where push_id = ? order by seq`,
        )
        .all(number);
      const byEvent = new Map<number, ToldEvent['deliveries']>();
      const byRef = new Map(events.map(({ ref, id }) => [ref, id]));
      for (const { events: ids, ref, alone, ...delivery } of deliveries) {
        const carried: number[] = alone === 1 ? [byRef.get(ref) ?? 0] : JSON.parse(ids);
        for (const id of carried) byEvent.set(id, [...(byEvent.get(id) ?? []), delivery]);
      }
      return events.map(({ id, name, ref, facts, ...columns }) => {
        return { id, name, ref, data: dataOf(columns), facts, deliveries: byEvent.get(id) ?? [] };
      });
    },

    async ofDelivery(id) {
      const found = db
        .prepare<unknown[], { pushId: number | null; ref: string | null }>(
          `select push_id as pushId, ref from event where id = (select event_id from delivery where id = ?)`,
        )
        .get(id);
      if (found === undefined) throw new BelfryError('not-found', `Unknown delivery ${id}`);
      if (found.pushId === null) return null;
      const push = db.prepare<unknown[], Row>(`${SELECT} where push.id = ?`).get(found.pushId)!;
      return { push: toPush(push), ref: found.ref };
    },

    async events(number, limit) {
      const deliveries = db.prepare<[number], LoggedEvent['deliveries'][number]>(
        'select id, webhook_id, state from delivery where event_id = ? order by seq',
      );
      return db
        .prepare<unknown[], Pick<LoggedEvent, 'event' | 'ref'> & EventColumns & { id: number }>(
          `select id, name as event, ref, data, pattern_id as patternId, parts
           from event where push_id = ? and only_for is null order by id limit ?`,
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

export function tipsOf(data: string): { before: string; after: string } {
  const { before, after } = JSON.parse(data) as Push;
  return { before, after };
}

const SELECT = `select push.id as number, spool_name as id, pushed_at, repository.full_name as repository,
    user.login as pusher, options, notes,
    (select count(*) from event where event.push_id = push.id and only_for is null) as events,
    (select count(*) from event join delivery on delivery.event_id = event.id
     where event.push_id = push.id) as deliveries
  from push join repository on repository.id = push.repository_id join user on user.id = push.user_id`;

type Row = Omit<LoggedPush, 'options' | 'notes'> & { options: string; notes: string };

const toPush = (row: Row): LoggedPush => ({
  ...row,
  options: JSON.parse(row.options),
  notes: JSON.parse(row.notes),
});
