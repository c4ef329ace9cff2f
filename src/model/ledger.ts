/**
 * The ledger of a repository: the last reported tip of every branch and tag, and the stretches of a ref's way that lie
 * before its entry. `announce/place-updates.ts` judges by them.
 */

export interface LedgerEntry {
  ref: string;
  tip: string;
}

/** Ids of two tips, '' where the ref is not there. */
export interface Gap {
  ref: string;
  old: string;
  new: string;
  /** Reported as a whole, because no hook had written anything; else a hook has written it down, and it is read later. */
  reported: boolean;
}

export interface GapChanges {
  closed: Gap[];
  opened: Gap[];
}
