/** The table `push`: what came in. A push is recorded with its events and their deliveries, in one transaction. */

import type { PushFacts } from '../gitee/push.ts';
import { isZeroId } from '../model/change.ts';
import type { PushRecord, PutOff, Recorded, WaitingRef } from '../model/push.ts';
import { scopesOf } from '../model/webhook.ts';
import { type Db, write } from './database.ts';
import { type EventColumns, eventUnpacker } from './event-text.ts';
import { eventRecorder } from './events.ts';
import { gapWriter, ledgerReader, ledgerWriter } from './ledger.ts';
import { mergeRequestWriter } from './merge-request-rows.ts';
import { pushLog, tipsOf } from './push-log.ts';
import type { PushStore, PutOffStore } from './store.ts';

export function pushStore(db: Db): PushStore {
  const recordEvents = eventRecorder(db);
  const dataOf = eventUnpacker(db);
  const announce = ledgerWriter(db);
  const tipOf = ledgerReader(db);
  const writeGaps = gapWriter(db);
  const writeRequest = mergeRequestWriter(db);
  const insert = db.prepare(
    `insert or ignore into push (spool_name, repository_id, user_id, pushed_at, options, notes)
     values (?, ?, ?, ?, ?, ?)`,
  );
  const known = db.prepare('select 1 from push where spool_name = ?');
  const waiting = db.prepare<
    [string, string, number],
    EventColumns & { webhookId: number; seq: number; ref: string; facts: string }
  >(
    `select delivery.webhook_id as webhookId, seq, ref, data, pattern_id as patternId, parts, facts
     from webhook join delivery indexed by delivery_retry
       on delivery.webhook_id = webhook.id and state = 'pending' and retry = 1 and attempts = 0
     join event on event.id = event_id
     where active = 1 and scope in (select value from json_each(?)) and latest_only is not null
       and order_key in (select value from json_each(?)) and repository_id = ? order by seq`,
  );

  /** Another process may have announced it between the comparison and now. */
  function outOfDate({ repository, updates }: PushRecord): boolean {
    return updates.some(({ ref, old }) => (tipOf(repository.id, ref) ?? '') !== (isZeroId(old) ? '' : old));
  }

  return {
    async record(push, events, deliveriesFor, now, combined) {
      return write(db, () => {
        if (push.recovered && outOfDate(push)) return NOTHING_NEW;
        const { changes, lastInsertRowid } = insert.run(
          push.spoolName,
          push.repository.id,
          push.userId,
          push.pushedAt,
          JSON.stringify(push.options),
          JSON.stringify(push.notes),
        );
        if (changes === 0) return NOTHING_NEW;
        if (push.gaps !== undefined) writeGaps(push.repository.id, push.gaps, now);
        announce(push.repository.id, push.updates, push.recovered, now);
        push.mergeRequests?.forEach(writeRequest);
        const pushId = Number(lastInsertRowid);
        const { eventIds, ...recorded } = recordEvents(
          push.repository,
          pushId,
          events,
          deliveriesFor,
          now,
          combined,
        );
        return { fresh: true, pushId, events: eventIds.length, ...recorded };
      });
    },

    async waiting(repository, refs) {
      const found = new Map<string, WaitingRef>();
      const scopes = JSON.stringify(scopesOf(repository));
      const rows = waiting.all(scopes, JSON.stringify(refs), repository.id);
      for (const { webhookId, seq, ref, facts, ...columns } of rows) {
        const { before, after } = tipsOf(dataOf(columns));
        const { forced } = JSON.parse(facts) as PushFacts;
        const key = `${webhookId} ${ref}`;
        const one = found.get(key) ?? { webhookId, ref, seqs: [], old: before, new: after, forced: false };
        found.set(key, {
          ...one,
          seqs: [...one.seqs, seq],
          new: after,
          forced: one.forced || forced,
        });
      }
      return [...found.values()];
    },

    async newest(scope) {
      const [kind, subject = ''] = scope.split(/:(.*)/s);
      const inScope = { all: 'root is not null', company: 'root is not null and company = @subject' }[kind!];
      const found = db
        .prepare<{ subject: string }, { repositoryId: number; userId: number }>(
          `select repository_id as repositoryId, user_id as userId
           from push join repository on repository.id = repository_id
           where removed_at is null and gone_at is null and ${inScope ?? 'repository_id = cast(@subject as integer)'}
           order by push.id desc limit 1`,
        )
        .get({ subject });
      return found ?? null;
    },

    async known(spoolName) {
      return known.get(spoolName) !== undefined;
    },

    ...pushLog(db),
  };
}

const NOTHING_NEW: Recorded = { fresh: false, pushId: 0, events: 0, deliveries: 0, webhookIds: [] };

/** Pushes that wait for another try: how often it was tried, and when the next one is due, whoever makes it. */
export function putOffStore(db: Db): PutOffStore {
  const all = db.prepare<[], PutOff>('select name, tries, next_at, reason, since from put_off');
  const put = db.prepare(
    `insert into put_off (name, tries, next_at, reason, since) values (@name, @tries, @next_at, @reason, @since)
     on conflict (name) do update set tries = @tries, next_at = @next_at, reason = @reason`,
  );
  const remove = db.prepare('delete from put_off where name = ?');
  const known = db
    .prepare('select 1 from repository where (directory = @at or path = @at) and removed_at is null limit 1')
    .pluck();
  const hurry = db.prepare('update put_off set next_at = 0, tries = 0 where name = ?');

  return {
    all: async () => all.all(),

    isKnown: async at => known.get({ at }) !== undefined,

    async put(one) {
      put.run(one);
    },

    async forget(name) {
      remove.run(name);
    },

    async hurry(name) {
      return hurry.run(name).changes > 0;
    },
  };
}
