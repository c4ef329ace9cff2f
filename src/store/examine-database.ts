/** Looks at a database file without changing it: for `doctor`, which must say what is wrong with a damaged one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { BelfryError } from '../errors.ts';
import { databaseError } from './database.ts';
import { newestMigration } from './migrate.ts';

export interface DatabaseState {
  exists: boolean;
  /** It cannot be used; in words. */
  damage: string | null;
  schema: number;
  /** The schema that this program knows. */
  newest: number;
  /** Time of the last event, milliseconds since 1970. */
  lastEventAt: number | null;
}

const SHOWN = 3;

export function examineDatabase(home: string, migrations: string, busyMs = 5_000): DatabaseState {
  const file = join(home, 'belfry.db');
  const state: DatabaseState = {
    exists: existsSync(file),
    damage: null,
    schema: 0,
    newest: newestMigration(migrations),
    lastEventAt: null,
  };
  if (!state.exists) return state;
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true, timeout: busyMs });
    try {
      const said = (db.pragma('quick_check') as { quick_check: string }[]).map(row => row.quick_check);
      if (said[0] !== 'ok') return { ...state, damage: said.slice(0, SHOWN).join('; ') };
      state.schema = db.pragma('user_version', { simple: true }) as number;
      if (state.schema > 0)
        state.lastEventAt = db.prepare('select max(created_at) from event').pluck().get() as number | null;
      return state;
    } finally {
      db.close();
    }
  } catch (error) {
    const told = databaseError(error, file);
    if (told instanceof BelfryError) return { ...state, damage: told.message };
    throw error;
  }
}
