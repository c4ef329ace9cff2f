/**
 * Heads of merge requests that moved, and nobody announced it: the hook was killed between the ref and the spool, git
 * could not start it, or an atomic push went no further. The ledger knows branches and tags only; a request knows itself
 * which head was announced last.
 */

import { pullHeads } from '../git/look-up-refs.ts';
import type { RefUpdate } from '../model/change.ts';
import type { Repository } from '../model/repository.ts';
import { headRef } from '../model/request-refs.ts';
import type { Store } from '../store/store.ts';

export interface LostHead extends RefUpdate {
  /** Login of the request's author: only his pushes move it. */
  by: string;
}

/** No process where no request is open. @throws BelfryError `git` */
export async function lostHeads(row: Repository, store: Store): Promise<LostHead[]> {
  const records = await store.mergeRequests.taking(row.id);
  if (records.length === 0) return [];
  const heads = await pullHeads({ repository: row.directory });
  const lost: LostHead[] = [];
  for (const { number, state, head, author_id } of records) {
    const now = heads.get(number);
    // One that is new and has no head was refused: it never was a request.
    if (now === undefined || (state !== 'new' && now === head)) continue;
    const old = state === 'new' ? '0'.repeat(now.length) : head;
    lost.push({
      old,
      new: now,
      ref: headRef(number),
      by: (await store.mergeRequests.person(author_id)).login,
    });
  }
  return lost;
}
