/** What waits to be sent to a webhook that is switched off or removed. */
import type { Db } from './database.ts';

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
