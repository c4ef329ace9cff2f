/** The table `event`: what happened, recorded with the deliveries that it means for the webhooks in scope. */
import { type EventContent, refOf } from '../gitee/event.ts';
import { sortedJson } from '../gitee/json.ts';
import { type Subject, scopesOf } from '../model/webhook.ts';
import type { Combine, DeliveriesFor } from '../webhooks/deliveries-for.ts';
import { subscriberReader } from './audience.ts';
import type { Db } from './database.ts';
import { deliveryIds } from './delivery-id.ts';
import { eventPacker } from './event-text.ts';
import type { Combined } from './store.ts';

export interface RecordedEvents {
  eventIds: number[];
  deliveries: number;
  /** Those with something new to send. */
  webhookIds: number[];
}

/** Part of a transaction: stores events, and the deliveries that `deliveriesFor` gives for them. */
export function eventRecorder(db: Db) {
  const subscribersIn = subscriberReader(db);
  const insertEvent = db.prepare(
    `insert into event (push_id, repository_id, name, ref, data, pattern_id, parts, facts, only_for, created_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const pack = eventPacker(db);
  const insertDelivery = db.prepare(
    `insert into delivery (id, webhook_id, event_id, event_ids, order_key, merge_key, word, state, retry, next_attempt_at, created_at, updated_at)
     values (@id, @webhookId, @eventId, @eventIds, @orderKey, @mergeKey, @word, @state, @retry, @due, @since, @now)`,
  );
  const waitingSince = db
    .prepare<[number, number], number>(
      `select created_at from delivery where seq = ? and webhook_id = ? and state = 'pending' and retry = 1 and attempts = 0`,
    )
    .pluck();
  const mergeInto = db.prepare(
    `update delivery set state = 'merged', merged_into = @id, next_attempt_at = null, last_error = @why, updated_at = @now
     where seq = @seq`,
  );

  return (
    repository: Subject,
    pushId: number | null,
    events: Iterable<EventContent>,
    deliveriesFor: DeliveriesFor,
    now: number,
    combined: readonly Combined[] = [],
  ): RecordedEvents => {
    const eventIds: number[] = [];
    const store = (content: EventContent, onlyFor: number | null) => {
      const { name } = content;
      const { data, patternId, parts } = pack(repository.id, name, sortedJson(content.data));
      const facts = JSON.stringify(content.facts);
      const ref = refOf(content);
      const of = [pushId, repository.id, name, ref, data, patternId, parts, facts, onlyFor, now];
      return { id: Number(insertEvent.run(...of).lastInsertRowid), content };
    };
    // Each is written when it is asked for, so that not all of them have to be in memory.
    const stored = function* () {
      for (const content of events) {
        const one = store(content, null);
        eventIds.push(one.id);
        yield one;
      }
    };
    // What waited, by the webhook and ref in whose new delivery it is now.
    const joined = new Map<string, { seqs: number[]; since: number }>();
    const combine: Combine = (webhookId, ref) => {
      const found = combined.find(one => one.webhookId === webhookId && one.ref === ref);
      if (found === undefined) return undefined;
      const since = found.seqs.map(seq => waitingSince.get(seq, webhookId));
      if (!since.every(at => at !== undefined)) return undefined;
      if (found.event !== null) {
        joined.set(`${webhookId} ${ref}`, { seqs: found.seqs, since: Math.min(...since) });
        return store(found.event, webhookId);
      }
      for (const seq of found.seqs) mergeInto.run({ seq, id: null, why: CAME_TO_NOTHING, now });
      return null;
    };
    const nextId = deliveryIds(now);
    const webhookIds = new Set<number>();
    let deliveries = 0;
    for (const wanted of deliveriesFor(stored(), subscribersIn(scopesOf(repository)), combine)) {
      const { webhookId, orderKey, mergeKey, word, state, eventIds: ids, quietFor } = wanted;
      const carried = { eventId: ids[0]!, eventIds: wanted.together ? JSON.stringify(ids) : null };
      const key = `${webhookId} ${orderKey}`;
      // Since when it is owed: of what joins others, since the oldest of them.
      const { seqs = [], since = now } = joined.get(key) ?? {};
      // What waits for its time stands among the retries, which have one.
      const when = { retry: quietFor === null ? 0 : 1, since, due: dueAt(quietFor ?? 0, since, now) };
      const id = nextId();
      insertDelivery.run({ id, webhookId, ...carried, orderKey, mergeKey, word, state, ...when, now });
      for (const seq of seqs) mergeInto.run({ seq, id, why: null, now });
      joined.delete(key);
      webhookIds.add(webhookId);
      deliveries++;
    }
    // The webhook does not want what it has become.
    for (const { seqs } of joined.values())
      for (const seq of seqs) mergeInto.run({ seq, id: null, why: CAME_TO_NOTHING, now });
    return { eventIds, deliveries, webhookIds: [...webhookIds] };
  };
}

const CAME_TO_NOTHING = 'what waited came to nothing: the ref is where it was before';

/** Nobody who pushes again and again keeps a webhook from being told: a ref that never rests is told of after so many of its waits. */
const MOST_WAITS = 10;

/** @param quietFor seconds @param since when the oldest of what waits was owed */
function dueAt(quietFor: number, since: number, now: number): number {
  const wait = quietFor * 1_000;
  return Math.max(now, Math.min(now + wait, since + MOST_WAITS * wait));
}
