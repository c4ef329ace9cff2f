/** The send times of every robot, so that a restart does not send faster than the chat allows. */
import { type Db, write } from './database.ts';

export interface RobotState {
  /** Times of the last requests, milliseconds since 1970, oldest first; as many as the longest rule looks at. */
  sent: number[];
  pausedUntil: number;
}

export function robotStore(db: Db) {
  return {
    async get(key: string): Promise<RobotState> {
      const row = db.prepare('select sent, paused_until from robot where key = ?').get(key) as
        | { sent: string; paused_until: number }
        | undefined;
      return row === undefined
        ? { sent: [], pausedUntil: 0 }
        : { sent: JSON.parse(row.sent), pausedUntil: row.paused_until };
    },

    async set(key: string, state: RobotState): Promise<void> {
      const sql = 'insert or replace into robot (key, sent, paused_until) values (?, ?, ?)';
      write(db, () => db.prepare(sql).run(key, JSON.stringify(state.sent), state.pausedUntil));
    },
  };
}
