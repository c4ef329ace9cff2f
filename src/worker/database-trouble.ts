/** What a worker says, and does, when its database cannot be used. */
import { join } from 'node:path';
import { BelfryError } from '../errors.ts';
import { databaseError } from '../store/database.ts';

/** True when waiting may mend it: a lock, a full disk, a file system that is away. A damaged file stays damaged. */
export function willPass(error: unknown): boolean {
  return /^SQLITE_(BUSY|FULL|IOERR|READONLY|CANTOPEN)/.test(String((error as { code?: unknown }).code));
}

/** One line: what is wrong, and what to do about it. */
export function explainTrouble(error: unknown, home: string): string {
  const told = databaseError(error, join(home, 'belfry.db'));
  if (told instanceof BelfryError) return [told.message, told.hint].filter(Boolean).join('. ');
  return String((error as Error).stack ?? error);
}
