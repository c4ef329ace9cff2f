/** Databases as belfry made them before 0.2.0, from the migrations of that time. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Db } from '../../src/store/database.ts';

export const OLD_MIGRATIONS = join(import.meta.dirname, 'old-migrations');

const FILES = readdirSync(OLD_MIGRATIONS).sort();
const numberOf = (name: string) => Number(name.slice(0, 4));
export const OLD_VERSIONS = FILES.map(numberOf);
export const LAST_OLD = OLD_VERSIONS.at(-1)!;

/** A new file, with the pragmas of that time. */
export function oldDatabase(file: string, version: number): Db {
  const db = new Database(file);
  db.pragma('auto_vacuum = INCREMENTAL');
  db.pragma('journal_mode = WAL');
  return bringToOld(db, version);
}

/** What the belfry of that time did when it opened an older one. */
export function bringToOld(db: Db, version = LAST_OLD): Db {
  const current = db.pragma('user_version', { simple: true }) as number;
  db.pragma('foreign_keys = OFF');
  for (const name of FILES) {
    if (numberOf(name) <= current || numberOf(name) > version) continue;
    db.transaction(() => {
      db.exec(readFileSync(join(OLD_MIGRATIONS, name), 'utf8'));
      db.pragma(`user_version = ${numberOf(name)}`);
    })();
  }
  db.pragma('foreign_keys = ON');
  return db;
}

/** `[application_id, user_version]` */
export function headerOf(db: Db): [number, number] {
  const pragma = (name: string) => db.pragma(name, { simple: true }) as number;
  return [pragma('application_id'), pragma('user_version')];
}
