/** The directories below which bare repositories lie, and what the last walk over them found. */
import type { RootFinding } from '../model/repository.ts';
import { type Db, write } from './database.ts';

export function rootStore(db: Db) {
  return {
    /** Absolute paths as they were given, shortest first: the outermost root names a repository. */
    async list(): Promise<string[]> {
      return db.prepare('select path from root order by length(path), path').pluck().all() as string[];
    },

    /** Whether merge requests were chosen for any of them. */
    async takeRequests(): Promise<boolean> {
      return db.prepare("select 1 from root where merge_requests = 'on'").get() !== undefined;
    },

    /** False when it was a root already. */
    async add(path: string): Promise<boolean> {
      return (
        write(db, () => db.prepare('insert or ignore into root (path) values (?)').run(path)).changes > 0
      );
    },

    /** Those below which whatever moves refs is announced. */
    async withAllUpdates(): Promise<string[]> {
      return db.prepare('select path from root where all_updates = 1').pluck().all() as string[];
    },

    async setAllUpdates(path: string): Promise<void> {
      write(db, () => db.prepare('update root set all_updates = 1 where path = ?').run(path));
    },

    async remove(path: string): Promise<boolean> {
      return write(db, () => db.prepare('delete from root where path = ?').run(path)).changes > 0;
    },

    /** In the order of the paths. */
    async findings(): Promise<RootFinding[]> {
      const sql = 'select path, kind, repository_id, detail from root_finding order by path, kind';
      return db.prepare(sql).all() as RootFinding[];
    },

    /** In place of all that were there. */
    async setFindings(findings: readonly RootFinding[]): Promise<void> {
      const insert = db.prepare(
        'insert or replace into root_finding (path, kind, repository_id, detail) values (@path, @kind, @repository_id, @detail)',
      );
      write(db, () => {
        db.exec('delete from root_finding');
        for (const finding of findings) insert.run(finding);
      });
    },
  };
}
