/**
 * What only one process of a home may do at a time: a lock on a small SQLite file. The kernel drops it when the process
 * dies, however it dies, and unlike a process id in a file it cannot be mistaken for somebody else's.
 */
import Database from 'better-sqlite3';
import { databaseError } from './database.ts';

export interface ProcessLock {
  release(): void;
}

/**
 * Null when another process holds it. It never waits, because a wait inside SQLite would stop everything else that this
 * process does: whoever can wait asks again.
 * @throws BelfryError `database`
 */
export function takeProcessLock(file: string): ProcessLock | null {
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { timeout: 0 });
    db.pragma('journal_mode = DELETE');
    // Of several processes at the same moment exactly one gets it. With an exclusive lock all of them could fail, each
    // because of the shared lock that another one takes on its way.
    db.exec('begin immediate');
  } catch (error) {
    db?.close();
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return null;
    throw databaseError(error, file);
  }
  const held = db;
  return { release: () => void held.close() };
}
