/** Whether it is time to compare all refs with the ledger. */

import { bootedAt } from '../host/process-state.ts';
import type { Store } from '../store/store.ts';

const HOUR_MS = 3_600_000;

/**
 * @param every hours, 0 for never
 * @param now milliseconds since 1970; the last time may lie ahead of it, when the clock was wrong
 */
export async function scanIsDue(store: Store, every: number, now: number): Promise<boolean> {
  const scannedAt = await store.ledger.scannedAt();
  // A machine that went down may have left refs without a hook.
  return every > 0 && (scannedAt < bootedAt() || Math.abs(now - scannedAt) >= every * HOUR_MS);
}
