/**
 * Copies of the database. `VACUUM INTO` reads one moment of it, with what stands in the WAL, while others write; SQLite's
 * backup call starts over whenever somebody has written, and beside a busy worker it never ends.
 */

import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { plural } from '../text/plural.ts';
import { type Db, databaseError } from './database.ts';
import { currentSchema } from './migrate.ts';
import { placeFile } from './place-file.ts';
import type { BackupFacts, BackupStore } from './store.ts';

/** @throws BelfryError `database`, also when the copy cannot be read */
function copyDatabase(db: Db, file: string): void {
  try {
    db.prepare('vacuum into ?').run(file);
    const copy = new Database(file, { fileMustExist: true, readonly: true });
    try {
      const said = copy.pragma('quick_check', { simple: true });
      if (said !== 'ok') throw new Error(`The copy of the database is damaged: ${said}`);
    } finally {
      copy.close();
    }
  } catch (error) {
    throw databaseError(error, file);
  }
}

export function backupStore(db: Db): BackupStore {
  return {
    async copy(file, home, now) {
      copyDatabase(db, file);
      const copy = new Database(file, { fileMustExist: true });
      try {
        const note = copy.prepare('insert or replace into state (key, value) values (?, ?)');
        note.run('backup_at', String(now));
        note.run('backup_home', home);
        return { bytes: statSync(file).size, schema: currentSchema(copy), ...countsOf(copy) };
      } finally {
        copy.close();
      }
    },
  };
}

/** How much there is in a database that may be of an older schema. */
export function countsOf(db: Db): Pick<BackupFacts, 'webhooks' | 'deliveries' | 'pending'> {
  const count = (of: string) => db.prepare(`select count(*) from ${of}`).pluck().get() as number;
  return {
    webhooks: count('webhook'),
    deliveries: count('delivery'),
    pending: count(`delivery where state in ('pending', 'sending')`),
  };
}

/** As many as that are kept of the copies below. */
const KEPT = 2;
const COPY = /\.schema-\d+$/;
/** Beside the copy itself: what the migration writes. */
const SPARE_BYTES = 16 * 2 ** 20;

/**
 * Before a migration, which goes only forward: a copy beside the database, `belfry.db.schema-N`.
 * @returns a sentence about it for the log
 */
export function copyBeforeMigration(db: Db, schema: number): string {
  const file = `${db.name}.schema-${schema}`;
  const directory = dirname(file);
  const { bavail, bsize } = statfsSync(directory);
  const pragma = (name: string) => db.pragma(name, { simple: true }) as number;
  const size = pragma('page_count') * pragma('page_size');
  if (bavail * bsize < size + SPARE_BYTES)
    return `Updated the database from schema ${schema} without a copy: no space for ${plural(Math.ceil(size / 2 ** 20), 'megabyte')}`;
  const draft = `${file}.part-${randomBytes(4).toString('hex')}`;
  try {
    copyDatabase(db, draft);
    placeFile(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
  const others = readdirSync(directory)
    .filter(name => name.startsWith(`${basename(db.name)}.schema-`) && COPY.test(name))
    .map(name => join(directory, name))
    .filter(other => other !== file)
    // By age: the numbers began again with 0.2.0. Another process may have removed one just now.
    .map(other => ({ other, at: statSync(other, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.at - a.at);
  for (const { other } of others.slice(KEPT - 1)) rmSync(other, { force: true });
  return `Updated the database from schema ${schema}; ${file} is a copy of it before that`;
}
