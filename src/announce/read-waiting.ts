/**
 * What webhooks that wait until a ref is quiet are told of it now: all that happened to it since the oldest state that waits,
 * described anew.
 */
import type { RefChange, RefUpdate } from '../model/change.ts';
import { isZeroId } from '../model/change.ts';
import type { WaitingRef } from '../model/push.ts';
import type { Repository } from '../model/repository.ts';
import { type ReadPushDeps, readPush } from './read-push.ts';

export interface ReadWaiting extends Pick<WaitingRef, 'webhookId' | 'ref' | 'seqs'> {
  /** Null: it came to nothing. */
  change: RefChange | null;
}

interface MovedRefs {
  row: Repository;
  pushedAt: number;
  /** Refs whose entry in the ledger is newer than what is announced. */
  overtaken?: ReadonlySet<string>;
}

/** @param news what the push moved @throws as `readPush` */
export async function readWaiting(
  { row, pushedAt, overtaken }: MovedRefs,
  news: readonly RefUpdate[],
  deps: ReadPushDeps,
): Promise<ReadWaiting[]> {
  const moved = new Map(news.map(update => [update.ref, update]));
  const waiting = await deps.store.pushes.waiting(row, [...moved.keys()]);
  const all = waiting.map(one => ({ ...one, ...joined(one, moved.get(one.ref)!, overtaken) }));
  // Several webhooks nearly always wait for the same.
  const wanted = new Map(all.filter(isSomething).map(one => [keyOf(one), one]));
  const updates = [...wanted.values()].map(({ ref, old, new: tip }) => ({ ref, old, new: tip }));
  // A branch that was made while something waited is as new as it was then.
  const began = new Map(updates.map(({ ref, old }) => [ref, old]));
  const undone = (update: RefUpdate) => ({ ...update, old: began.get(update.ref) ?? update.old });
  const around = deps.around && { ...deps.around, moved: deps.around.moved.map(undone) };
  const { changes } =
    updates.length === 0
      ? { changes: [] }
      : await readPush(row.directory, updates, pushedAt, { ...deps, around });
  const known = new Map(changes.map(change => [keyOf(change), change]));
  return all.map(({ webhookId, seqs, forced, ...update }) => {
    const change = known.get(keyOf(update)) ?? null;
    const wasForced = forced && change !== null && !change.created && !change.deleted;
    return {
      ...{ webhookId, seqs, ref: update.ref },
      change: change && { ...change, forced: change.forced || wasForced },
    };
  });
}

/** A hook that was slower than the next one's says where the way began, and not where the ref is. */
function joined(
  waiting: WaitingRef,
  { old, new: tip }: RefUpdate,
  overtaken: ReadonlySet<string> | undefined,
): { old: string; new: string } {
  if (!overtaken?.has(waiting.ref)) return { old: waiting.old, new: tip };
  return { old: tip === waiting.old ? old : waiting.old, new: waiting.new };
}

/** A ref that was made and removed, or is back where it was, is nothing to tell. */
function isSomething({ old, new: tip }: { old: string; new: string }): boolean {
  return old !== tip && !(isZeroId(old) && isZeroId(tip));
}

function keyOf({ ref, old, new: tip }: RefUpdate): string {
  return `${old} ${tip} ${ref}`;
}
