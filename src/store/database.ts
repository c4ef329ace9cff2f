/**
 * Opens the one SQLite file. Everything that knows better-sqlite3 lives in this folder.
 *
 * Two habits keep statements that run for every delivery cheap (SQLite 3.54; a test holds to them). Where a query compares
 * a column with a parameter beside one with a constant, or joins by it, SQLite compiles it anew whenever another value is
 * bound, to plan for that one: 10 µs and more. `= +?` and `limit ? + 0` keep it from that. And a list of more than two
 * (`in ('a', 'b', 'c')`) in a check or a condition is made into a table for every row.
 */
import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { BelfryError } from '../errors.ts';
import { readHeader, type Schema, schemaIn, versionOf } from './schema.ts';

export type Db = Database.Database;

/**
 * Opens the database with the pragmas that every connection needs. WAL lets the command line read while the worker writes;
 * `synchronous = FULL` because WAL's default NORMAL may lose the last commits at a power cut.
 * @param busyMs how long a statement waits for another process's lock, and this process with it
 * @param mustExist false: makes the file when there is none
 * @throws BelfryError `database`, also for what another program or a belfry before 0.2.0 has written
 */
export function openDatabase(file: string, busyMs = 10_000, mustExist = false): Db {
  let db: Db | undefined;
  try {
    db = new Database(file, { timeout: busyMs, fileMustExist: mustExist });
    // Before anything is changed: it may be another program's.
    const version = versionOf(schemaOf(db), file);
    // Cut off to nothing, it knows no webhook: pushes that are taken in would be delivered to nobody.
    if (mustExist && version === 0) {
      throw new BelfryError('database', `${file} is empty`, {
        hint: '`belfry restore FILE` brings a backup back, `belfry install DIR...` starts over.',
      });
    }
    // Only a new file takes it; asking again would write, at every start of every command.
    if (db.pragma('page_count', { simple: true }) === 0) db.pragma('auto_vacuum = INCREMENTAL');
    switchToWal(db, busyMs);
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('journal_size_limit = 67108864');
    return db;
  } catch (error) {
    db?.close();
    throw databaseError(error, file);
  }
}

/** Read in one moment: another process may be just bringing it up to date. */
export function schemaOf(db: Db): Schema {
  const read = () => schemaIn(readHeader(sql => db.prepare(sql).pluck().all()));
  return db.inTransaction ? read() : db.transaction(read)();
}

/** Processes that open a new file at the same moment get in each other's way: SQLite itself does not wait here. */
function switchToWal(db: Db, busyMs: number): void {
  for (let waited = 0; ; waited += PAUSE_MS) {
    try {
      db.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      const busy = String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');
      if (!busy || waited >= busyMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

const PAUSE_MS = 5;

/** What a wait may fix: a lock, a full disk, a file system that is away. A damaged file stays damaged. */
const TRANSIENT = /^SQLITE_(BUSY|FULL|IOERR|READONLY|CANTOPEN)/;
/** What says nothing about the database, but something about the statement or a value: it would be refused again. */
const REFUSED = /^SQLITE_(CONSTRAINT|TOOBIG|MISMATCH|RANGE|ERROR)/;

/** Puts SQLite's own codes into words that an admin can act on. Nobody outside this folder has to know them. */
export function databaseError(error: unknown, file: string): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string' || !code.startsWith('SQLITE_')) return error;
  const hint = onReadOnly(file) ? READ_ONLY : HINTS.find(([prefix]) => code.startsWith(prefix))?.[1];
  return new BelfryError(
    REFUSED.test(code) ? 'refused' : 'database',
    `${file}: ${(error as Error).message} (${code})`,
    { hint, cause: error, transient: TRANSIENT.test(code) },
  );
}

/** SQLite only says that it cannot open the file. */
function onReadOnly(file: string): boolean {
  try {
    accessSync(dirname(file), constants.W_OK);
    return false;
  } catch (error) {
    return (error as { code?: unknown }).code === 'EROFS';
  }
}

const READ_ONLY = 'The file system is read-only: pushes are not announced until it is writable again.';

const HINTS: [prefix: string, hint: string][] = [
  ['SQLITE_BUSY', 'Another process has locked the database; try again when it is done.'],
  ['SQLITE_CANTOPEN', 'The home must exist and belong to the user who runs belfry; see `belfry doctor`.'],
  ['SQLITE_READONLY', 'The home must be writable for its owner; see `belfry doctor`.'],
  ['SQLITE_FULL', 'The disk is full; pushes stay in the spool until there is room.'],
  ['SQLITE_IOERR', 'The disk is full, or fails; pushes stay in the spool until it works again.'],
  ['SQLITE_NOTADB', 'The file is not a database. Pushes stay in the spool; `belfry doctor` says what to do.'],
  ['SQLITE_CORRUPT', 'The database is damaged. Pushes stay in the spool; `belfry doctor` says what to do.'],
];

/** Runs `work` in one writing transaction; a single statement is one by itself. IMMEDIATE: a deferred one fails when another writer comes in between. */
export function write<T>(db: Db, work: () => T): T {
  try {
    return db.transaction(work).immediate();
  } catch (error) {
    undone.set(db, rollbacks(db) + 1);
    throw error;
  }
}

const undone = new WeakMap<Db, number>();

/** How many transactions were rolled back: what is remembered of one of them is not true. */
export function rollbacks(db: Db): number {
  return undone.get(db) ?? 0;
}
