/**
 * What is stored for robots: the pace of each, so that a restart does not send faster than the chat allows, and which
 * of the waiting messages go out as one.
 */

import type { Waiting } from '../kinds/merge-waiting.ts';
import { FRESH, type Pace } from '../kinds/pace.ts';
import { type Db, write } from './database.ts';

/** Events in one message: they are read together to be counted. A push of more refs is several messages anyway. */
const MOST_EVENTS = 2_000;

/** In order, each as long as there is room for its next. */
function inParts<T extends { events: number[] }>(told: T[]): T[][] {
  const parts: T[][] = [];
  let room = 0;
  for (const one of told) {
    if (parts.length === 0 || one.events.length > room) {
      parts.push([]);
      room = MOST_EVENTS;
    }
    parts.at(-1)!.push(one);
    room -= one.events.length;
  }
  return parts;
}

export function robotStore(db: Db) {
  // In two parts, each from its own index: the webhook's whole history lies beside what waits.
  const due = (columns: string) =>
    `select ${columns} from delivery indexed by delivery_first
       where webhook_id = @webhookId and state = 'pending' and retry = 0
     union all
     select ${columns} from delivery indexed by delivery_retry
       where webhook_id = @webhookId and state = 'pending' and retry = 1 and next_attempt_at <= @now`;
  const countDue = db.prepare(`select count(*) from (${due('1')})`).pluck();
  const listDue = db.prepare(`select id, key from (${due(`seq, id, nullif(lane, '') as key`)}) order by seq`);
  const eventsOf = db.prepare<[string], { eventId: number; eventIds: string | null; lane: string }>(
    `select event_id as eventId, event_ids as eventIds, lane from delivery where id = ? and state = 'pending'`,
  );
  const carry = db.prepare(
    `update delivery set event_ids = ?, lane = ?, digest = 1, fallback = 0, updated_at = ? where id = ?`,
  );
  const mergeInto = db.prepare(
    `update delivery set state = 'merged', merged_into = ?, next_attempt_at = null, updated_at = ? where id = ?`,
  );

  /** What was switched off or redelivered since it was listed stays out. */
  function merge(listed: string[], now: number): void {
    const found = listed.map(id => ({ id, row: eventsOf.get(id) })).filter(one => one.row !== undefined);
    const told = found.map(({ id, row }) => ({
      id,
      lane: row!.lane,
      events: (row!.eventIds === null ? [row!.eventId] : JSON.parse(row!.eventIds)) as number[],
    }));
    for (const [carrier, ...others] of inParts(told)) {
      if (others.length === 0) continue;
      const all = [carrier!, ...others];
      const sameThing = new Set(all.map(({ lane }) => lane)).size === 1;
      const events = JSON.stringify(all.flatMap(one => one.events));
      carry.run(events, sameThing ? carrier!.lane : '', now, carrier!.id);
      for (const { id } of others) mergeInto.run(carrier!.id, now, id);
    }
  }

  return {
    /** @param key hash of what identifies the robot (or the host) */
    async pace(key: string): Promise<Pace> {
      const pace = db.prepare('select pace from robot where key = ?').pluck().get(key) as string | undefined;
      return pace === undefined ? FRESH : JSON.parse(pace);
    },

    async setPace(key: string, pace: Pace): Promise<void> {
      const sql = 'insert or replace into robot (key, pace) values (?, ?)';
      write(db, () => db.prepare(sql).run(key, JSON.stringify(pace)));
    },

    /** How many messages are due for a webhook. */
    async backlog(webhookId: number, now: number): Promise<number> {
      return countDue.get({ webhookId, now }) as number;
    },

    /** They, oldest first. */
    async waiting(webhookId: number, now: number): Promise<Waiting[]> {
      return listDue.all({ webhookId, now }) as Waiting[];
    },

    /** Each group goes out as one message: its first delivery carries the others, which say so. */
    async merge(groups: string[][], now: number): Promise<void> {
      const several = groups.filter(group => group.length > 1);
      if (several.length > 0) write(db, () => several.forEach(group => void merge(group, now)));
    },
  };
}
