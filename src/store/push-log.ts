/** What came in: pushes as they were recorded. Only people ask for it. */
import type { Db } from './database.ts';

export interface LoggedPush {
  /** Its number in the database. */
  number: number;
  /** Name of the spool file that it came by. */
  id: string;
  /** Milliseconds since 1970. */
  pushed_at: number;
  repository: string;
  /** Login. */
  pusher: string;
  options: string[];
  /** What was left out, one sentence each. */
  notes: string[];
  /** Updates of branches and tags, and what became of merge requests. */
  events: number;
  deliveries: number;
}

export interface LoggedEvent {
  event: string;
  ref: string | null;
  /** Of a push or a tag push: ids before and after. */
  before: string | null;
  after: string | null;
  /** Ids of what went out for it. */
  deliveries: { id: string; webhook_id: number; state: string }[];
}

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

export function pushLogStore(db: Db) {
  return {
    /** Newest first. @param since milliseconds since 1970 */
    async list(filter: { repositoryId?: number | undefined; since: number; limit: number }) {
      const where = filter.repositoryId === undefined ? '' : 'and push.repository_id = @repositoryId';
      return db
        .prepare<unknown[], Row>(
          `${SELECT} where pushed_at >= @since ${where} order by pushed_at desc, push.id desc limit @limit`,
        )
        .all(filter)
        .map(toPush);
    },

    /** The push of this number or name, or those whose names begin so: at most two. */
    async find(id: string): Promise<LoggedPush[]> {
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

    /** What a push did, in the order in which it was recorded. @param number of the push */
    async events(number: number, limit: number): Promise<LoggedEvent[]> {
      const deliveries = db.prepare<[number], LoggedEvent['deliveries'][number]>(
        'select id, webhook_id, state from delivery where event_id = ? order by seq',
      );
      return db
        .prepare<unknown[], Omit<LoggedEvent, 'deliveries'> & { id: number }>(
          `select id, name as event, ref, iif(ref is null, null, data ->> 'before') as before,
             iif(ref is null, null, data ->> 'after') as after
           from event where push_id = ? order by id limit ?`,
        )
        .all(number, limit)
        .map(({ id, ...event }) => ({ ...event, deliveries: deliveries.all(id) }));
    },
  };
}
