/** The directories below which bare repositories lie. */
import { type Db, write } from './database.ts';

export function rootStore(db: Db) {
  return {
    /** Absolute paths, longest first: the innermost root names a repository. */
    async list(): Promise<string[]> {
      return db.prepare('select path from root order by length(path) desc, path').pluck().all() as string[];
    },

    /** False when it was a root already. */
    async add(path: string): Promise<boolean> {
      return (
        write(db, () => db.prepare('insert or ignore into root (path) values (?)').run(path)).changes > 0
      );
    },

    async remove(path: string): Promise<boolean> {
      return write(db, () => db.prepare('delete from root where path = ?').run(path)).changes > 0;
    },
  };
}
