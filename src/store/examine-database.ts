/** Looks at a database file without changing it: for `doctor`, which must say what is wrong with a damaged one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { BelfryError } from '../errors.ts';
import { databaseError, schemaOf } from './database.ts';
import { newestMigration } from './migrate.ts';
import { type Schema, versionOf } from './schema.ts';

/** A disk that has no room, or fails; an owner, a mode or a mount that lets nobody in; anything else. */
export type Trouble = 'full' | 'disk' | 'access' | 'other';

export interface DatabaseState {
  exists: boolean;
  /** What is written in it is no good; in words. */
  damage: string | null;
  /** Another process keeps it to itself: none can write, perhaps none can read. */
  locked: boolean;
  /** It cannot be used for another reason: which, and in words. */
  trouble: { by: Trouble; message: string } | null;
  /** It was written by another program, or by a belfry before 0.2.0: what is wrong with that, in words. */
  refused: { is: Schema['is']; message: string } | null;
  /** 0: it is empty, or refused. */
  schema: number;
  /** The schema that this program knows. */
  newest: number;
  /** Time of the last event, milliseconds since 1970. */
  lastEventAt: number | null;
}

const SHOWN = 3;

/** @param busyMs a lock that is held longer than that is a finding */
export function examineDatabase(home: string, migrations: string, busyMs = 5_000): DatabaseState {
  const file = join(home, 'belfry.db');
  const state: DatabaseState = {
    exists: existsSync(file),
    damage: null,
    locked: false,
    trouble: null,
    refused: null,
    schema: 0,
    newest: newestMigration(migrations),
    lastEventAt: null,
  };
  if (!state.exists) return state;
  try {
    // Nothing is written into a file that may be damaged, not even from its own log.
    const db = new Database(file, { readonly: true, fileMustExist: true, timeout: busyMs });
    try {
      const said = (db.pragma('quick_check') as { quick_check: string }[]).map(row => row.quick_check);
      if (said[0] !== 'ok') return { ...state, damage: said.slice(0, SHOWN).join('; ') };
      const schema = schemaOf(db);
      state.refused = refusalOf(schema, file);
      if (state.refused !== null) return state;
      state.schema = versionOf(schema, file);
      if (state.schema > 0)
        state.lastEventAt = db.prepare('select max(created_at) from event').pluck().get() as number | null;
    } finally {
      db.close();
    }
    tryToWrite(file, busyMs);
    return state;
  } catch (error) {
    return { ...state, ...explained(error, file) };
  }
}

function refusalOf(schema: Schema, file: string): DatabaseState['refused'] {
  try {
    versionOf(schema, file);
    return null;
  } catch (error) {
    return { is: schema.is, message: (error as BelfryError).message };
  }
}

/** A transaction that changes nothing: whether it may begin is the question. */
function tryToWrite(file: string, busyMs: number): void {
  const db = new Database(file, { fileMustExist: true, timeout: busyMs });
  try {
    db.exec('begin immediate; rollback');
  } finally {
    db.close();
  }
}

function explained(error: unknown, file: string): Partial<DatabaseState> {
  const translated = databaseError(error, file);
  if (!(translated instanceof BelfryError)) throw error;
  const code = String((error as { code?: unknown }).code);
  if (code.startsWith('SQLITE_BUSY')) return { locked: true };
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return { damage: translated.message };
  return { trouble: { by: troubleOf(code), message: translated.message } };
}

function troubleOf(code: string): Trouble {
  if (code.startsWith('SQLITE_FULL')) return 'full';
  if (code.startsWith('SQLITE_IOERR')) return 'disk';
  return /^SQLITE_(CANTOPEN|READONLY|PERM|AUTH)/.test(code) ? 'access' : 'other';
}
