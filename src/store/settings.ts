/** Settings as they were set; defaults and checks are in `settings/`. */
import { type Db, write } from './database.ts';

export function settingStore(db: Db) {
  return {
    /** What was set, as text, by key. */
    async all(): Promise<Map<string, string>> {
      const rows = db.prepare('select key, value from setting').all() as { key: string; value: string }[];
      return new Map(rows.map(row => [row.key, row.value]));
    },

    async set(key: string, value: string): Promise<void> {
      write(db, () =>
        db.prepare('insert or replace into setting (key, value) values (?, ?)').run(key, value),
      );
    },

    /** Back to the default. */
    async unset(key: string): Promise<void> {
      write(db, () => db.prepare('delete from setting where key = ?').run(key));
    },
  };
}
