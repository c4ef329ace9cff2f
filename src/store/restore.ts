/**
 * A backup takes the database's place. It is looked at and brought up to date as a draft first; what it replaces stays
 * beside it. Nothing that it has as pending is sent before an admin says so.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { BelfryError } from '../errors.ts';
import { countsOf } from './backup.ts';
import { type Db, databaseError, schemaOf, write } from './database.ts';
import { keyStore } from './key.ts';
import { migrate } from './migrate.ts';
import { setPause } from './pause.ts';
import { placeFile, sync } from './place-file.ts';
import { versionOfBackup } from './schema.ts';
import { createSecretBox } from './secret-box.ts';
import type { BackupFacts } from './store.ts';

export interface Backup extends Omit<BackupFacts, 'bytes'> {
  /** When it was made, milliseconds since 1970, and of which home; null where it does not say. */
  at: number | null;
  home: string | null;
  /** What the home's key does not open. */
  lost: string[];
}

/**
 * Looks at a draft and brings it to this program's schema.
 * @throws BelfryError `invalid` for what is no whole database of belfry's; `database` for one of a newer belfry, or of before 0.2.0
 */
export function examineBackup(draft: string, home: string, migrations: string): Promise<Backup> {
  return inDraft(draft, async db => {
    const said = db.pragma('integrity_check', { simple: true });
    if (said !== 'ok') throw new BelfryError('invalid', `The backup is damaged: ${said}`);
    const schema = versionOfBackup(schemaOf(db));
    migrate(db, migrations);
    const state = (key: string) => db.prepare('select value from state where key = ?').pluck().get(key);
    const at = state('backup_at');
    const key = join(home, 'key');
    return {
      at: at === undefined ? null : Number(at),
      home: (state('backup_home') as string | undefined) ?? null,
      ...countsOf(db),
      schema,
      lost: await keyStore(db, createSecretBox(key), `${key}.lock`).lost(),
    };
  });
}

/**
 * Puts the draft in the database's place. To be called by who holds the worker's lock.
 * @param why for people, while sending is held
 * @returns where the database is that was there before; null when there was none
 */
export async function putInPlace(
  draft: string,
  home: string,
  why: string,
  now: number,
): Promise<string | null> {
  const file = join(home, 'belfry.db');
  const before = `${file}.before-restore-${new Date(now)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '')}`;
  const was = existsSync(file);
  await inDraft(draft, async db => {
    if (was) keepCounting(db, file);
    write(db, () => {
      const restored_seq = db.prepare('select coalesce(max(seq), 0) from delivery').pluck().get() as number;
      setPause(db, { since: now, why, restored_seq });
      // What happened since the backup is found by a comparison: the next worker begins with one.
      db.prepare(`delete from state where key in ('scanned_at', 'backup_at', 'backup_home')`).run();
    });
  });
  if (was) {
    emptyLog(file);
    renameSync(file, before);
  }
  // A log that is left behind would be taken for the new file's own.
  for (const suffix of ['-wal', '-shm'])
    if (existsSync(file + suffix)) renameSync(file + suffix, before + suffix);
  sync(home);
  placeFile(draft, file);
  return was ? before : null;
}

/** What belongs to a draft goes. */
export function removeDraft(draft: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(draft + suffix, { force: true });
}

async function inDraft<T>(draft: string, work: (db: Db) => Promise<T>): Promise<T> {
  try {
    const db = new Database(draft, { fileMustExist: true });
    try {
      // One file, without a log beside it: it is about to be renamed.
      db.pragma('journal_mode = DELETE');
      db.pragma('foreign_keys = ON');
      return await work(db);
    } finally {
      db.close();
    }
  } catch (error) {
    const code = String((error as { code?: unknown }).code);
    if (/^SQLITE_(CORRUPT|NOTADB)/.test(code))
      throw new BelfryError(
        'invalid',
        `The backup is damaged, or not a database: ${(error as Error).message}`,
        {
          cause: error,
        },
      );
    throw databaseError(error, draft);
  }
}

/** Ids that were given out after the backup are not given out again, as far as the replaced database still says which. */
function keepCounting(db: Db, file: string): void {
  try {
    db.prepare('attach ? as replaced').run(file);
  } catch {
    return;
  }
  try {
    // Schemas before 16 of before 0.2.0 had another name for one of these tables.
    db.exec(`
      create temp view counted as
        select case name when 'thing' then 'external_object' else name end as name, seq from replaced.sqlite_sequence;
      update sqlite_sequence set seq = max(seq, coalesce(
        (select seq from counted where counted.name = sqlite_sequence.name), 0));
      insert into sqlite_sequence (name, seq) select name, seq from counted
        where name not in (select name from sqlite_sequence) and name in (select name from sqlite_schema);`);
  } catch {
    // It is damaged, which may be why it is replaced.
  } finally {
    db.exec('detach replaced');
  }
}

/** So that the kept file is whole by itself; one that is damaged keeps its log. */
function emptyLog(file: string): void {
  try {
    const db = new Database(file, { fileMustExist: true });
    try {
      db.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      db.close();
    }
  } catch {
    // It is kept as it is.
  }
}
