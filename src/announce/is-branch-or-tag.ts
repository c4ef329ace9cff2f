/** Only these become events of their own, and stand in the ledger. */
import type { RefUpdate } from '../model/change.ts';

export function isBranchOrTag({ ref }: Pick<RefUpdate, 'ref'>): boolean {
  return ref.startsWith('refs/heads/') || ref.startsWith('refs/tags/');
}
