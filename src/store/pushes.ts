/** Records a push: its events and the deliveries they are owed, in one transaction. */

import type { EventContent } from '../gitee/event.ts';
import { sortedJson } from '../gitee/json.ts';
import { mergeKey } from '../kinds/merge-waiting.ts';
import { changeKey } from '../messages/changes.ts';
import { isZeroId, type RefUpdate } from '../model/change.ts';
import type { MergeRequestRecord } from '../model/merge-request.ts';
import { isGrouped } from '../model/names.ts';
import { type Subject, scopesOf, type Webhook } from '../model/webhook.ts';
import { wants } from '../webhooks/wants.ts';
import { type Db, write } from './database.ts';
import { deliveryIds } from './delivery-id.ts';
import { ledgerReader, ledgerWriter } from './ledger.ts';
import { mergeRequestWriter } from './merge-request-rows.ts';
import { type GapChanges, gapWriter } from './ref-gaps.ts';

export interface PushRecord {
  spoolName: string;
  repository: Subject;
  userId: number;
  /** Milliseconds since 1970. */
  pushedAt: number;
  options: string[];
  notes: string[];
  /** Of branches and tags: what the ledger learns. */
  updates: RefUpdate[];
  /** Found by a comparison: recorded only while the ledger still lacks it. */
  recovered: boolean;
  gaps?: GapChanges | undefined;
  /** Each is asked for once, and let go before the next: together they may be larger than the memory. */
  events: Iterable<EventContent>;
  /** Merge requests that it changed, as they are after it. */
  mergeRequests?: MergeRequestRecord[];
}

export interface Recorded {
  /** False when this spool file had been recorded before, or a comparison is out of date. */
  fresh: boolean;
  pushId: number;
  events: number;
  deliveries: number;
  /** Those with something new to send. */
  webhookIds: number[];
}

export function pushStore(db: Db) {
  const recordEvents = eventRecorder(db);
  const announce = ledgerWriter(db);
  const tipOf = ledgerReader(db);
  const writeGaps = gapWriter(db);
  const writeRequest = mergeRequestWriter(db);

  /** Another process may have announced it between the comparison and now. */
  function outOfDate({ repository, updates }: PushRecord): boolean {
    return updates.some(({ ref, old }) => (tipOf(repository.id, ref) ?? '') !== (isZeroId(old) ? '' : old));
  }

  return {
    /** @throws BelfryError `conflict` when a merge request was changed since it was read: nothing is recorded then */
    async record(push: PushRecord, now: number): Promise<Recorded> {
      return write(db, () => {
        if (push.recovered && outOfDate(push)) return NOTHING_NEW;
        const { changes, lastInsertRowid } = db
          .prepare(
            `insert or ignore into push (spool_name, repository_id, user_id, pushed_at, options, notes)
             values (?, ?, ?, ?, ?, ?)`,
          )
          .run(
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
        const { eventIds, ...owed } = recordEvents(push.repository, pushId, push.events, now);
        return { fresh: true, pushId, events: eventIds.length, ...owed };
      });
    },

    /** Repository and pusher of the newest push that a webhook of this scope hears of; null when none is kept. */
    async newest(scope: string): Promise<{ repositoryId: number; userId: number } | null> {
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

    /** True when the spool file's push stands in the database. */
    async known(spoolName: string): Promise<boolean> {
      return db.prepare('select 1 from push where spool_name = ?').get(spoolName) !== undefined;
    },
  };
}

const NOTHING_NEW: Recorded = { fresh: false, pushId: 0, events: 0, deliveries: 0, webhookIds: [] };

type WebhookRow = Pick<Webhook, 'id' | 'kind' | 'disabled_at'> & { events: string; branches: string };

/** Part of a transaction: stores events and what every webhook in scope is owed for them. */
export function eventRecorder(db: Db) {
  const inScope = db.prepare<[string], WebhookRow>(
    `select id, kind, events, branches, disabled_at from webhook
     where active = 1 and scope in (select value from json_each(?)) order by id`,
  );
  const insertEvent = db.prepare(
    'insert into event (push_id, repository_id, name, ref, data, facts, created_at) values (?, ?, ?, ?, ?, ?, ?)',
  );
  const insertDelivery = db.prepare(
    `insert into delivery (id, webhook_id, event_id, event_ids, lane, state, next_attempt_at, created_at, updated_at)
     values (@id, @webhookId, @eventId, @eventIds, @lane, @state, @now, @now, @now)`,
  );

  return (
    repository: Subject,
    pushId: number | null,
    events: Iterable<EventContent>,
    now: number,
  ): Pick<Recorded, 'deliveries' | 'webhookIds'> & { eventIds: number[] } => {
    const subscribers = inScope.all(JSON.stringify(scopesOf(repository))).map(row => ({
      row,
      filter: { events: JSON.parse(row.events), branches: JSON.parse(row.branches) },
      wanted: [] as KeptEvent[],
    }));
    const eventIds: number[] = [];
    for (const event of events) {
      const ref = refOf(event);
      const data = sortedJson(event.data);
      const facts = JSON.stringify(event.facts);
      const done = insertEvent.run(pushId, repository.id, event.name, ref, data, facts, now);
      const kept = { id: Number(done.lastInsertRowid), lane: ref ?? '', key: changeKey(event) };
      eventIds.push(kept.id);
      for (const { filter, wanted } of subscribers) if (wants(filter, event)) wanted.push(kept);
    }
    const nextId = deliveryIds(now);
    const webhookIds: number[] = [];
    let deliveries = 0;
    for (const { row, wanted } of subscribers) {
      if (wanted.length === 0) continue;
      const state = row.disabled_at === null ? 'pending' : 'held';
      const messages = isGrouped(row.kind)
        ? [inOneMessage(wanted)]
        : wanted.map(({ id, lane }) => ({ eventId: id, eventIds: null, lane }));
      for (const message of messages) {
        insertDelivery.run({ ...message, id: nextId(), webhookId: row.id, state, now });
      }
      deliveries += messages.length;
      webhookIds.push(row.id);
    }
    return { deliveries, webhookIds, eventIds };
  };
}

/** What is left of an event once it is written. */
interface KeptEvent {
  id: number;
  lane: string;
  /** What a robot's message about it is about. */
  key: string;
}

/** A robot's message for all that one push did; its lane is what it is about, so that later ones can join it. */
function inOneMessage(wanted: KeptEvent[]) {
  return {
    eventId: wanted[0]!.id,
    eventIds: JSON.stringify(wanted.map(({ id }) => id)),
    lane: mergeKey(wanted.map(({ key }) => key)) ?? '',
  };
}

/** What orders first attempts: the ref; other events have none. */
function refOf(event: EventContent): string | null {
  return event.name === 'push' || event.name === 'tag_push' ? event.data.ref : null;
}
