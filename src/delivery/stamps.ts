/**
 * Gitee's timestamps: receivers take them for a key against replay, so each of a webhook is greater than the one before.
 * The last one is kept in memory. Where a burst has run ahead of the clock, a ceiling is stored with the transaction that
 * claims and settles anyway, and the next worker goes on above it; otherwise its start takes longer than a millisecond.
 */
import type { StampCeiling, Target } from '../model/webhook.ts';

/** A receiver may refuse what is further away from its own clock; from there on stamps may repeat. */
export const MOST_AHEAD_MS = 60_000;
/** More than may be claimed ahead for one webhook, so no stamp above the ceiling goes out before the next transaction. */
const MOST_CLAIMED = 8_192;
const CEILING_ABOVE = 10_000;

export type Stamps = ReturnType<typeof createStamps>;

export function createStamps() {
  const last = new Map<number, number>();
  const ceilings = new Map<number, number>();
  /** Webhooks whose stamps have run ahead of the clock. */
  const ahead = new Set<number>();

  return {
    /** The stamp of the next request, in milliseconds since 1970. */
    next({ id, lastTimestamp }: Pick<Target, 'id' | 'lastTimestamp'>, now: number): number {
      const ceiling = ceilings.get(id) ?? 0;
      // What this worker has reserved itself is no stamp that was sent; more than that comes from another process.
      const before = Math.max(last.get(id) ?? 0, lastTimestamp > ceiling ? lastTimestamp : 0);
      const stamp = Math.min(Math.max(now, before + 1), now + MOST_AHEAD_MS);
      last.set(id, stamp);
      if (stamp > now) ahead.add(id);
      return stamp;
    },

    /** Hands `write` the ceilings that are to be stored now; they count once that is done. */
    async keep<T>(now: number, write: (due: StampCeiling[]) => Promise<T>): Promise<T> {
      const due = dueAt(now);
      const result = await write(due);
      for (const { webhookId, stamp } of due) ceilings.set(webhookId, stamp);
      return result;
    },
  };

  function dueAt(now: number): StampCeiling[] {
    const due: StampCeiling[] = [];
    for (const webhookId of ahead) {
      const stamp = last.get(webhookId)!;
      if (stamp <= now) ahead.delete(webhookId);
      else if (stamp + MOST_CLAIMED > (ceilings.get(webhookId) ?? 0)) {
        due.push({ webhookId, stamp: stamp + CEILING_ABOVE });
      }
    }
    return due;
  }
}
