/** The table `event`: what happened, recorded with the deliveries that it means for the webhooks in scope. */
import { type EventContent, refOf } from '../gitee/event.ts';
import { sortedJson } from '../gitee/json.ts';
import { type Subject, scopesOf } from '../model/webhook.ts';
import type { DeliveriesFor } from '../webhooks/deliveries-for.ts';
import type { Db } from './database.ts';
import { deliveryIds } from './delivery-id.ts';
import { eventPacker } from './event-text.ts';
import { subscriberReader } from './webhook-rows.ts';

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
    `insert into event (push_id, repository_id, name, ref, data, pattern_id, parts, facts, created_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const pack = eventPacker(db);
  const insertDelivery = db.prepare(
    `insert into delivery (id, webhook_id, event_id, event_ids, order_key, merge_key, word, state, next_attempt_at, created_at, updated_at)
     values (@id, @webhookId, @eventId, @eventIds, @orderKey, @mergeKey, @word, @state, @now, @now, @now)`,
  );

  return (
    repository: Subject,
    pushId: number | null,
    events: Iterable<EventContent>,
    deliveriesFor: DeliveriesFor,
    now: number,
  ): RecordedEvents => {
    const eventIds: number[] = [];
    // Each is written when it is asked for, so that not all of them have to be in memory.
    const stored = function* () {
      for (const content of events) {
        const { name } = content;
        const { data, patternId, parts } = pack(repository.id, name, sortedJson(content.data));
        const facts = JSON.stringify(content.facts);
        const done = insertEvent.run(
          pushId,
          repository.id,
          name,
          refOf(content),
          data,
          patternId,
          parts,
          facts,
          now,
        );
        const id = Number(done.lastInsertRowid);
        eventIds.push(id);
        yield { id, content };
      }
    };
    const nextId = deliveryIds(now);
    const webhookIds = new Set<number>();
    let deliveries = 0;
    for (const wanted of deliveriesFor(stored(), subscribersIn(scopesOf(repository)))) {
      const { webhookId, orderKey, mergeKey, word, state, eventIds: ids } = wanted;
      const carried = { eventId: ids[0]!, eventIds: wanted.together ? JSON.stringify(ids) : null };
      insertDelivery.run({ id: nextId(), webhookId, ...carried, orderKey, mergeKey, word, state, now });
      webhookIds.add(webhookId);
      deliveries++;
    }
    return { eventIds, deliveries, webhookIds: [...webhookIds] };
  };
}
