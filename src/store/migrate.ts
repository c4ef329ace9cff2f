/**
 * Brings a database to the newest schema: numbered plain SQL files, only forward, one transaction each. A database with the
 * last schema of before 0.2.0 is renumbered first (schema.ts).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BelfryError } from '../errors.ts';
import { type Db, schemaOf, write } from './database.ts';
import { APPLICATION_ID, refuseNewer, versionOf } from './schema.ts';

/**
 * Applies what is missing, safely against another process that does the same. Gives the versions it applied.
 * @throws BelfryError `database` when the file was written by a newer belfry, by one before 0.2.0 or by another program
 */
export function migrate(db: Db, directory: string): number[] {
  const migrations = readMigrations(directory);
  const newest = migrations.at(-1)?.version ?? 0;
  const current = currentSchema(db);
  refuseNewer(current, newest);
  renumber(db);
  // Nothing missing, nothing written: a command that only reads must not wait for somebody who writes.
  const missing = migrations.filter(({ version }) => version > current);
  return missing.filter(migration => apply(db, migration)).map(migration => migration.version);
}

/**
 * For whoever may not change it: an older worker may be at work on an older schema.
 * @throws BelfryError `database` when it is not the newest schema that this program knows
 */
export function requireSchema(db: Db, directory: string): void {
  const current = currentSchema(db);
  const newest = newestMigration(directory);
  if (current === newest) return;
  refuseNewer(current, newest);
  throw new BelfryError('database', `The database has schema ${current}, but this belfry needs ${newest}`, {
    hint: '`belfry install` brings it up to date.',
  });
}

/** The schema that this program brings. */
export function newestMigration(directory: string): number {
  return readMigrations(directory).at(-1)?.version ?? 0;
}

/** In today's counting; 0: the file is empty. @throws BelfryError `database` for what this program must not touch */
export function currentSchema(db: Db): number {
  return versionOf(schemaOf(db), db.name);
}

/** The header alone changes, whole or not at all; who comes second finds nothing to do. */
function renumber(db: Db): void {
  const isToDo = () => {
    const schema = schemaOf(db);
    return schema.is === 'ours' && schema.renumber;
  };
  if (!isToDo()) return;
  write(db, () => {
    if (isToDo()) writeNumber(db, currentSchema(db));
  });
}

function writeNumber(db: Db, version: number): void {
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma(`user_version = ${version}`);
}

interface Migration {
  version: number;
  sql: string;
}

function readMigrations(directory: string): Migration[] {
  return readdirSync(directory)
    .filter(name => /^\d{4}-.*\.sql$/.test(name))
    .sort()
    .map(name => ({ version: Number(name.slice(0, 4)), sql: readFileSync(join(directory, name), 'utf8') }));
}

/**
 * The version is read again inside the transaction: another process may have been quicker. Foreign keys are checked at the
 * end and not on the way, so that a table can be made anew under its references (sqlite.org, "ALTER TABLE", section 7).
 */
function apply(db: Db, { version, sql }: Migration): boolean {
  db.pragma('foreign_keys = OFF');
  try {
    return write(db, () => {
      if (currentSchema(db) >= version) return false;
      const before = orphans(db).length;
      db.exec(sql);
      const after = orphans(db);
      // Those that were there already have come by hand, or from a damaged file: they do no harm.
      if (after.length > before) {
        const broken = after.at(-1)!;
        throw new BelfryError(
          'database',
          `schema ${version} would leave ${broken.table} without its ${broken.parent}`,
        );
      }
      writeNumber(db, version);
      return true;
    });
  } finally {
    db.pragma('foreign_keys = ON');
  }
}

function orphans(db: Db): { table: string; parent: string }[] {
  return db.pragma('foreign_key_check') as { table: string; parent: string }[];
}
