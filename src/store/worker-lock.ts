/**
 * One worker per home: an exclusive lock on a small SQLite file. The kernel drops it when the process dies, however
 * it dies, and unlike a process id in a file it cannot be mistaken for somebody else's.
 */
import Database from 'better-sqlite3';
import { databaseError } from './database.ts';

export interface WorkerLock {
  release(): void;
}

/** Null when another process holds it. @param waitMs how long to wait for one that is about to leave */
export function takeWorkerLock(file: string, waitMs: number): WorkerLock | null {
  const db = new Database(file, { timeout: waitMs });
  try {
    db.pragma('journal_mode = DELETE');
    db.exec('begin exclusive');
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return null;
    throw databaseError(error, file);
  }
  return { release: () => void db.close() };
}
