/** Past events, for a webhook that is to be told of them now. */
import type { EventContent } from '../gitee/event.ts';
import type { Db } from './database.ts';
import { write } from './database.ts';
import { deliveryIds } from './delivery-id.ts';
import { type EventColumns, eventUnpacker } from './event-text.ts';
import type { PastEvent, ReplayStore } from './store.ts';

type Row = Omit<PastEvent, 'content' | 'options' | 'isTold'> &
  EventColumns & { name: EventContent['name']; facts: string; options: string | null; ref: string | null };

/** Which repositories a scope holds, as `scopesOf` has it. */
const IN_SCOPE = `case
    when @scope = 'all' then repository.root is not null
    when @scope like 'company:%' then repository.root is not null and repository.company = substr(@scope, 9)
    else event.repository_id = cast(substr(@scope, 12) as integer) end`;

export function replayStore(db: Db): ReplayStore {
  const dataOf = eventUnpacker(db);
  const scopeOf = db.prepare<[number], string>('select scope from webhook where id = ?').pluck();
  const page = db.prepare<unknown[], Row>(
    `select event.id, event.name, event.ref, event.push_id as pushId, user.login as pusher, push.options,
       data, pattern_id as patternId, parts, facts
     from event join repository on repository.id = event.repository_id
       left join push on push.id = event.push_id left join user on user.id = push.user_id
     where event.id > @after and event.only_for is null and repository.removed_at is null
       and (@since is null or event.created_at >= @since) and (@push is null or event.push_id = @push)
       and ${IN_SCOPE}
     order by event.id limit @limit`,
  );
  const told = db.prepare<
    [number, number, number],
    { ids: string; pushId: number | null; ref: string | null; alone: number }
  >(
    `select coalesce(event_ids, json_array(event_id)) as ids, push_id as pushId, ref, only_for is not null as alone
     from delivery join event on event.id = event_id where webhook_id = ? and event_id between ? and ?`,
  );
  const insert = db.prepare(
    `insert into delivery (id, webhook_id, event_id, event_ids, order_key, merge_key, word, state, replayed, next_attempt_at, created_at, updated_at)
     values (@id, @webhookId, @eventId, @eventIds, @orderKey, @mergeKey, @word, @state, 1, @now, @now, @now)`,
  );

  return {
    async past(webhookId, { since = null, push = null, after, limit }) {
      const scope = scopeOf.get(webhookId);
      if (scope === undefined) return [];
      const rows = page.all({ scope, since, push, after, limit });
      if (rows.length === 0) return [];
      const known = new Set<string | number>();
      // A robot's message begins with an event of the same push; the last one has no more than those of a push.
      for (const { ids, pushId, ref, alone } of told.all(
        webhookId,
        rows[0]!.id - MOST_OF_A_PUSH,
        rows.at(-1)!.id + MOST_OF_A_PUSH,
      )) {
        if (alone === 1) known.add(`${pushId} ${ref}`);
        else for (const id of JSON.parse(ids) as number[]) known.add(id);
      }
      return rows.map(({ name, ref, facts, options, id, pushId, pusher, ...columns }) => ({
        ...{ id, pushId, pusher },
        options: options === null ? [] : (JSON.parse(options) as string[]),
        isTold: known.has(id) || known.has(`${pushId} ${ref}`),
        content: { name, data: JSON.parse(dataOf(columns)), facts: JSON.parse(facts) } as EventContent,
      }));
    },

    async owe(deliveries, now) {
      return write(db, () => {
        const nextId = deliveryIds(now);
        for (const { webhookId, eventIds, together, orderKey, mergeKey, word, state } of deliveries)
          insert.run({
            ...{ id: nextId(), webhookId, eventId: eventIds[0]!, orderKey, mergeKey, word, state, now },
            eventIds: together ? JSON.stringify(eventIds) : null,
          });
      });
    },
  };
}

/** A larger push is recorded in parts (`announce/in-parts.ts`). */
const MOST_OF_A_PUSH = 2_000;
