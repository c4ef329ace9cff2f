/** The directories below which bare repositories lie, and what the last walk over them found. */

import type { RootDetails } from '../model/planned.ts';
import type { RootFinding } from '../model/repository.ts';
import { type Db, write } from './database.ts';
import type { RootStore } from './store.ts';

export function rootStore(db: Db): RootStore {
  const paths = db.prepare('select path from root order by length(path), path').pluck();

  return {
    async list() {
      return paths.all() as string[];
    },

    async takeRequests() {
      return db.prepare("select 1 from root where merge_requests = 'on'").get() !== undefined;
    },

    async details() {
      const sql = 'select path, all_updates, merge_requests from root order by path';
      const rows = db.prepare<[], Omit<RootDetails, 'all_updates'> & { all_updates: number }>(sql).all();
      return rows.map(row => ({ ...row, all_updates: row.all_updates === 1 }));
    },

    async add(path) {
      return db.prepare('insert or ignore into root (path) values (?)').run(path).changes > 0;
    },

    async withAllUpdates() {
      return db.prepare('select path from root where all_updates = 1').pluck().all() as string[];
    },

    async setAllUpdates(path) {
      db.prepare('update root set all_updates = 1 where path = ?').run(path);
    },

    async remove(path) {
      return db.prepare('delete from root where path = ?').run(path).changes > 0;
    },

    async findings() {
      const sql = 'select path, kind, repository_id, detail from root_finding order by path, kind';
      return db.prepare(sql).all() as RootFinding[];
    },

    async setFindings(findings) {
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
