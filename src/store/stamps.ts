/** Gitee's timestamps that may have been sent already, per webhook: receivers take a repeated one for a replay. */

import type { StampCeiling } from '../model/webhook.ts';
import { type Db, write } from './database.ts';
import type { StampStore } from './store.ts';

/** Part of a transaction. */
export function stampKeeper(db: Db): (ceiling: StampCeiling) => void {
  const keep = db.prepare<[number, number]>(
    'update webhook set last_timestamp = max(last_timestamp, ?) where id = ?',
  );
  return ({ webhookId, stamp }) => void keep.run(stamp, webhookId);
}

/** A worker looks for what others have written before each of its transactions. */
const AHEAD_MS = 200;

export function stampStore(db: Db): StampStore {
  const keep = stampKeeper(db);

  return {
    async take(webhookId, now, most) {
      return write(db, () => {
        const stored = db.prepare('select last_timestamp from webhook where id = ?').pluck().get(webhookId);
        const stamp = Math.min(Math.max(now + AHEAD_MS, ((stored as number | undefined) ?? 0) + 1), most);
        keep({ webhookId, stamp });
        return stamp;
      });
    },
  };
}
