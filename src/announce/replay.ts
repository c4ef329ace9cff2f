/** Owes past events to a webhook, as if they had happened now: also to one that was added after them. */
import type { NewDelivery } from '../model/delivery.ts';
import type { Webhook } from '../model/webhook.ts';
import type { Settings } from '../settings/settings.ts';
import type { PastEvent, Store } from '../store/store.ts';
import { deliveriesOf } from '../webhooks/deliveries-for.ts';

export interface ReplayWanted {
  /** Milliseconds since 1970. */
  since?: number;
  /** Number of a push. */
  push?: number;
  /** Only what the webhook was never owed. */
  missing: boolean;
}

export interface Replayed {
  /** Events that were looked at. */
  events: number;
  deliveries: number;
}

/** Events that are held at once. */
const AT_ONCE = 2_500;

/** @param isReal false: only counted @param progress how many events were looked at so far */
export async function replay(
  webhook: Webhook,
  { missing, ...filter }: ReplayWanted,
  isReal: boolean,
  deps: { store: Store; settings: Settings; now: number; progress?: (events: number) => void },
): Promise<Replayed> {
  const { store, settings, now, progress } = deps;
  const skip = settings['push.skip'];
  // What waits for quiet is not joined with what is long over.
  const subscriber = { ...webhook, latest_only: null, payload: webhook.custom?.payload ?? null };
  const done: Replayed = { events: 0, deliveries: 0 };
  for (let after = 0; ; ) {
    const page = await store.replay.past(webhook.id, { ...filter, after, limit: AT_ONCE });
    if (page.length === 0) return done;
    const whole = page.length < AT_ONCE ? page : withoutCutPush(page);
    after = whole.at(-1)!.id;
    const owed: NewDelivery[] = [];
    for (const events of byPush(whole)) {
      const [{ pusher, options, content }] = events as [PastEvent, ...PastEvent[]];
      const isKnown = !('recovered' in content.facts && content.facts.recovered);
      const wanted = missing ? events.filter(({ isTold }) => !isTold) : events;
      owed.push(...deliveriesOf({ pusher: isKnown ? pusher : null, options, skip })(wanted, [subscriber]));
    }
    if (isReal && owed.length > 0) await store.replay.owe(owed, now);
    done.events += whole.length;
    done.deliveries += owed.length;
    progress?.(done.events);
  }
}

/** The events of one push stand together; its last ones may come with the next page. */
function withoutCutPush(page: PastEvent[]): PastEvent[] {
  const last = page.at(-1)!.pushId;
  const rest = page.filter(({ pushId }) => pushId !== last || pushId === null);
  return rest.length === 0 ? page : rest;
}

/** What no push made stands alone. */
function byPush(events: PastEvent[]): PastEvent[][] {
  const groups: PastEvent[][] = [];
  for (const event of events) {
    const group = groups.at(-1);
    if (group !== undefined && event.pushId !== null && group[0]!.pushId === event.pushId) group.push(event);
    else groups.push([event]);
  }
  return groups;
}
