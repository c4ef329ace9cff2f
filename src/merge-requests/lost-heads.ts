/**
 * Heads of merge requests that moved, and nobody announced it: the hook was killed between the ref and the spool, git
 * could not start it, or an atomic push went no further. The ledger knows branches and tags only; a request knows itself
 * which head was announced last.
 *
 *   the request    its ref                  what was lost
 *   -------------  -----------------------  ------------------------------------------
 *   new            is there                 that it was made, at what the ref is now
 *   new            is not there             nothing: it was refused, and never was one
 *   open           where it was announced   nothing
 *   open           elsewhere                the move from where it was announced
 *   open           is not there             nothing: nobody can have moved it
 */
import { pullHeads } from '../git/look-up-refs.ts';
import type { RefUpdate } from '../model/change.ts';
import type { MergeRequestRecord } from '../model/merge-request.ts';
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
    const old = lostFrom({ state, head }, now);
    if (now === undefined || old === null) continue;
    lost.push({
      old,
      new: now,
      ref: headRef(number),
      by: (await store.users.byId(author_id)).login,
    });
  }
  return lost;
}

/** A row of the table above. @returns where the lost move began; null: nothing was lost */
export function lostFrom(
  { state, head }: Pick<MergeRequestRecord, 'state' | 'head'>,
  now: string | undefined,
): string | null {
  if (now === undefined) return null;
  if (state === 'new') return '0'.repeat(now.length);
  return now === head ? null : head;
}
