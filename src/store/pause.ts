/**
 * Sending as a whole can be held: pushes are taken in and deliveries recorded, and the queue gives none of them out. A
 * restored backup begins so, because deliveries that it has as pending may have been sent since it was made.
 */

import { type Db, write } from './database.ts';
import type { Pause, PauseStore } from './store.ts';

/** Asked in every turn of the queue: one look at one row. */
export function pauseReader(db: Db): () => Pause | null {
  const read = db.prepare<[], string>(`select value from state where key = 'paused'`).pluck();
  return () => {
    const text = read.get();
    return text === undefined ? null : (JSON.parse(text) as Pause);
  };
}

/** Part of a transaction. */
export function setPause(db: Db, pause: Pause): void {
  db.prepare(`insert or replace into state (key, value) values ('paused', ?)`).run(JSON.stringify(pause));
}

/** What waited in the backup, by its last delivery. */
const RESTORED = `seq <= ? and (state = 'pending' or state = 'sending' or state = 'held')`;

export function pauseStore(db: Db): PauseStore {
  const read = pauseReader(db);
  const waiting = (seq: number) =>
    db.prepare<[number], number>(`select count(*) from delivery where ${RESTORED}`).pluck().get(seq)!;

  return {
    async get() {
      const pause = read();
      if (pause === null) return null;
      return { ...pause, restored_pending: pause.restored_seq === null ? 0 : waiting(pause.restored_seq) };
    },

    async begin(why, now) {
      return write(db, () => {
        if (read() !== null) return false;
        setPause(db, { since: now, why, restored_seq: null });
        return true;
      });
    },

    async end(drop, now) {
      return write(db, () => {
        const pause = read();
        if (pause === null) return null;
        db.prepare(`delete from state where key = 'paused'`).run();
        if (!drop || pause.restored_seq === null) return 0;
        return db
          .prepare(
            `update delivery set state = 'failed', next_attempt_at = null, dropped_at = ?, updated_at = ?,
               last_error = 'given up after a backup was restored' where ${RESTORED}`,
          )
          .run(now, now, pause.restored_seq).changes;
      });
    },
  };
}
