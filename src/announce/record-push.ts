/** Records a push. What it did to merge requests comes on top; trouble with them must not keep back the push itself. */
import { BelfryError } from '../errors.ts';
import { PassingTrouble } from '../git/passing-trouble.ts';
import type { EventContent } from '../gitee/event.ts';
import type { RequestNews } from '../merge-requests/announce-requests.ts';
import type { PushRecord, Recorded } from '../model/push.ts';
import type { Combined, Store } from '../store/store.ts';
import { deliveriesOf } from '../webhooks/deliveries-for.ts';
import type { Occasion } from '../webhooks/refusal.ts';

/** A merge request that somebody changed between reading and writing is read again. */
const TRIES = 5;

export interface PushEvents {
  events: Iterable<EventContent>;
  /** What webhooks are told of refs together with what waited before. */
  combined: readonly Combined[];
  /** What the push says beside its events. */
  occasion: Occasion;
}

/**
 * @param examine finds out what the push did to merge requests, which is recorded with it
 */
export async function recordPush(
  push: PushRecord,
  { events, combined, occasion }: PushEvents,
  store: Store,
  now: number,
  examine: () => Promise<RequestNews>,
): Promise<[Recorded, PushRecord]> {
  for (let tries = 1; ; tries++) {
    const news = await examine().catch((error): RequestNews => {
      if (!(error instanceof BelfryError) || error.code !== 'git') throw error;
      if (error instanceof PassingTrouble) throw error;
      return { events: [], records: [], notes: [`merge requests are left out: ${error.message}`] };
    });
    const all = {
      ...push,
      notes: [...push.notes, ...news.notes],
      mergeRequests: news.records,
    };
    try {
      const both = chained(events, news.events);
      return [await store.pushes.record(all, both, deliveriesOf(occasion), now, combined), all];
    } catch (error) {
      if (!(error instanceof BelfryError) || error.code !== 'conflict' || tries === TRIES) throw error;
    }
  }
}

function chained<T>(...parts: Iterable<T>[]): Iterable<T> {
  return {
    *[Symbol.iterator]() {
      for (const part of parts) yield* part;
    },
  };
}
