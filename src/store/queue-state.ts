/** What the dispatcher asks of the queue between turns, many times a second: each question is answered from one index. */
import type { Db } from './database.ts';
import { pauseReader } from './pause.ts';
import type { QueueStore } from './store.ts';

/** 1: nothing may be sent to the webhook now; 0: it may; undefined: it was removed. */
export function offSwitch(db: Db) {
  return db
    .prepare<[number], number>('select active = 0 or disabled_at is not null from webhook where id = ?')
    .pluck();
}

export function queueState(db: Db): Omit<QueueStore, 'turn' | 'pullIn' | 'recover'> {
  const isOff = offSwitch(db);
  const paused = pauseReader(db);
  const waitingFirsts = db
    .prepare<[], number>(
      `with recursive waiting(id) as (
         select min(webhook_id) from delivery where state = 'pending' and retry = 0
         union all
         select (select min(webhook_id) from delivery
                 where state = 'pending' and retry = 0 and webhook_id > waiting.id)
         from waiting where waiting.id is not null)
       select id from waiting where id is not null`,
    )
    .pluck();
  const dueRetries = db
    .prepare<[number], number>(
      `select distinct webhook_id from delivery indexed by delivery_due
       where state = 'pending' and retry = 1 and next_attempt_at <= ?`,
    )
    .pluck();
  const anyPending = db
    .prepare<[], number>(
      `select exists (select 1 from delivery where state = 'pending' and retry = 0)
         or exists (select 1 from delivery where state = 'pending' and retry = 1)
         or exists (select 1 from delivery where state = 'sending')`,
    )
    .pluck();
  const nextRetry = db
    .prepare<[], number | null>(
      `select min(next_attempt_at) from delivery where state = 'pending' and retry = 1`,
    )
    .pluck();
  const dataVersion = db.prepare<[], number>('pragma data_version').pluck();

  return {
    async ready(now) {
      if (paused() !== null) return [];
      return [...new Set([...waitingFirsts.all(), ...dueRetries.all(now)])];
    },

    async off(webhookIds) {
      if (paused() !== null) return webhookIds;
      return webhookIds.filter(id => isOff.get(id) !== 0);
    },

    async hasPending() {
      return paused() === null && anyPending.get() === 1;
    },

    async nextRetryAt() {
      return paused() === null ? nextRetry.get()! : null;
    },

    async version() {
      return dataVersion.get()!;
    },
  };
}
