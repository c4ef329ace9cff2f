/** Numbers for `belfry status`. */

import type { Db } from './database.ts';
import type { StatusStore } from './store.ts';

/** Of what nobody can or wants to send again there is nothing to be said. */
const FAILED = `state = 'failed' and dropped_at is null and webhook_id in (select id from webhook)`;

export function statusStore(db: Db): StatusStore {
  const count = (where: string, ...values: unknown[]): number =>
    db
      .prepare(`select count(*) from delivery where ${where}`)
      .pluck()
      .get(...values) as number;

  return {
    async queue(since) {
      return {
        pending: count(`state = 'pending' and retry = 0`) + count(`state = 'pending' and retry = 1`),
        sending: count(`state = 'sending'`),
        held: count(`state = 'held'`),
        failed: count(`${FAILED} and updated_at >= ?`, since),
        oldest_pending_at: db
          .prepare(
            `select min(at) from (
               select min(created_at) as at from delivery where state = 'pending' and retry = 0
               union all select min(created_at) from delivery where state = 'pending' and retry = 1)`,
          )
          .pluck()
          .get() as number | null,
        next_attempt_at: db
          .prepare(`select min(next_attempt_at) from delivery where state = 'pending' and retry = 1`)
          .pluck()
          .get() as number | null,
        last_delivered_at: db
          .prepare('select started_at + duration_ms from attempt order by id desc limit 1')
          .pluck()
          .get() as number | null,
      };
    },

    async lastErrors(since, limit) {
      return db
        .prepare(
          `select id, webhook_id, coalesce(last_error, '') as error, updated_at as at from delivery
           where ${FAILED} and updated_at >= ? order by seq desc limit ?`,
        )
        .all(since, limit) as { id: string; webhook_id: number; error: string; at: number }[];
    },
  };
}
