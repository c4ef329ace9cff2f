/**
 * What is stored for robots: the pace of each, so that a restart does not send faster than the chat allows; and waiting
 * messages that become one.
 */

import type { WaitingMessage } from '../kinds/merge-waiting.ts';
import { type Db, write } from './database.ts';
import type { RobotStore } from './store.ts';

export function robotStore(db: Db): RobotStore {
  // In two parts, each from its own index: the webhook's whole history lies beside what waits.
  const due = (columns: string) =>
    `select ${columns} from delivery indexed by delivery_first
       where webhook_id = @webhookId and state = 'pending' and retry = 0
     union all
     select ${columns} from delivery indexed by delivery_retry
       where webhook_id = @webhookId and state = 'pending' and retry = 1 and next_attempt_at <= @now`;
  const countDue = db.prepare(`select count(*) from (${due('1')})`).pluck();
  const listDue = db.prepare<unknown[], { id: string; key: string | null; events: string }>(
    `select id, key, events from
       (${due(`seq, id, merge_key as key, coalesce(event_ids, json_array(event_id)) as events`)})
     order by seq`,
  );
  const carry = db.prepare(
    `update delivery set event_ids = ?, merge_key = ?, digest = 1, fallback = 0, updated_at = ? where id = ?`,
  );
  const mergeInto = db.prepare(
    `update delivery set state = 'merged', merged_into = ?, next_attempt_at = null, updated_at = ? where id = ?`,
  );

  return {
    async pace(key) {
      const pace = db.prepare('select pace from robot where key = ?').pluck().get(key) as string | undefined;
      return pace === undefined ? null : JSON.parse(pace);
    },

    async setPace(key, pace) {
      const sql = 'insert or replace into robot (key, pace) values (?, ?)';
      db.prepare(sql).run(key, JSON.stringify(pace));
    },

    async backlog(webhookId, now) {
      return countDue.get({ webhookId, now }) as number;
    },

    async merge(webhookId, choose, now) {
      write(db, () => {
        const waiting = listDue
          .all({ webhookId, now })
          .map((row): WaitingMessage => ({ ...row, events: JSON.parse(row.events) }));
        const eventsOf = new Map(waiting.map(({ id, events }) => [id, events]));
        for (const { ids, key } of choose(waiting)) {
          const [carrier, ...others] = ids;
          const events = ids.flatMap(id => eventsOf.get(id)!);
          carry.run(JSON.stringify(events), key, now, carrier);
          for (const id of others) mergeInto.run(carrier, now, id);
        }
      });
    },
  };
}
