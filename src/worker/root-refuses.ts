/** A worker of root serves repositories that nobody but root may change, and no others. */

import { othersMayWrite, ROOT_REFUSES_HINT, rootRefuses } from '../host/others-may-write.ts';
import type { Store } from '../store/store.ts';

/** sysexits(3), EX_CONFIG: what systemd does not try again, by the unit that install.sh makes. */
export const REFUSED_STATUS = 78;

/** Why this process does not work on a repository, in a sentence; null when it does. */
export async function rootRefusal(repository: string): Promise<string | null> {
  if (process.geteuid!() !== 0) return null;
  const why = await othersMayWrite(repository);
  return why === null ? null : `${rootRefuses(repository, why)}. ${ROOT_REFUSES_HINT}`;
}

/** The same for the first of all known repositories that is refused. */
export async function rootRefusesHome(store: Store): Promise<string | null> {
  if (process.geteuid!() !== 0) return null;
  for (const { directory } of await store.repositories.list()) {
    const why = await rootRefusal(directory);
    if (why !== null) return why;
  }
  return null;
}
