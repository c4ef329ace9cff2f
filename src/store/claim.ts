/** Takes what is due out of the queue for the worker, with everything that is needed to send it. */

import type { StoredEvent } from '../model/event.ts';
import type { Claim, Claimed, Job, QueueRules } from '../model/job.ts';
import type { Db } from './database.ts';
import { type EventColumns, eventUnpacker } from './event-text.ts';

type DeliveryRow = Omit<Job, 'events' | 'retry' | 'digest'> & {
  retry: number;
  digest: number;
  eventId: number;
  eventIds: string | null;
};

type EventRow = Pick<StoredEvent, 'name' | 'facts'> & EventColumns & { repositoryId: number };

const JOB_COLUMNS = `seq, id, webhook_id as webhookId, order_key as orderKey, word, retry, attempts, tries, redeliveries, fallback, digest,
  created_at as createdAt, event_id as eventId, event_ids as eventIds`;

/** Part of a transaction: what is pending is under way. In any other state it stays as it is. */
export function sendingMarker(db: Db): (seq: number, now: number) => void {
  const mark = db.prepare<[number, number]>(
    `update delivery set state = 'sending', updated_at = ? where seq = +? and state = 'pending'`,
  );
  return (seq, now) => void mark.run(now, seq);
}

/** After so many characters of events no further one is read in a turn, whatever there is room for: bodies may have megabytes. */
const ENOUGH_TEXT = 16_000_000;

/** Part of a transaction: what there is room for, first attempts in the order of the pushes. */
export function claimer(
  db: Db,
): (claims: Claim[], trim: QueueRules['trimForRobots'], now: number) => Claimed {
  // The index is named: SQLite would rather take the one of all deliveries of the webhook, and read its whole history.
  const firsts = db.prepare<[number, number], DeliveryRow>(
    `select ${JOB_COLUMNS} from delivery indexed by delivery_first
     where webhook_id = +? and state = 'pending' and retry = 0 and seq > +? order by seq`,
  );
  const retries = db.prepare<[number, number, number], DeliveryRow>(
    `select ${JOB_COLUMNS} from delivery indexed by delivery_retry
     where webhook_id = +? and state = 'pending' and retry = 1 and next_attempt_at <= +?
     order by next_attempt_at limit ? + 0`,
  );
  // Without the repository: SQLite compiles a statement that joins by a parameter anew for every value.
  const eventById = db.prepare<[number], EventRow>(
    `select id, name, repository_id as repositoryId, data, facts, pattern_id as patternId, parts
     from event where id = ?`,
  );
  const repositoryById = db.prepare<[number], Pick<StoredEvent, 'repository' | 'path' | 'root'>>(
    'select full_name as repository, path, root from repository where id = ?',
  );
  const markSending = sendingMarker(db);
  const dataOf = eventUnpacker(db);

  function takeFirsts({ webhookId, firsts: most, claimed, after = 0 }: Claim): DeliveryRow[] {
    const rows: DeliveryRow[] = [];
    if (most <= 0) return rows;
    for (const row of firsts.iterate(webhookId, after)) {
      if (claimed?.has(row.seq)) continue;
      if (rows.push(row) === most) break;
    }
    return rows;
  }

  return (claims, trim, now) => {
    const jobs: Job[] = [];
    const cut = new Set<number>();
    let text = 0;
    const read = (id: number): StoredEvent | undefined => {
      const row = eventById.get(id);
      if (row === undefined) return undefined;
      const data = dataOf(row);
      text += data.length + row.facts.length;
      return { id, name: row.name, ...repositoryOf(row.repositoryId), data, facts: row.facts };
    };
    const repositories = new Map<number, Pick<StoredEvent, 'repository' | 'path' | 'root'>>();
    const repositoryOf = (id: number) => {
      const known = repositories.get(id) ?? repositoryById.get(id)!;
      repositories.set(id, known);
      return known;
    };
    // One event goes to many webhooks: its text, up to megabytes, is read and kept once.
    const events = new Map<number, StoredEvent | undefined>();
    const find = (id: number): StoredEvent | StoredEvent[] => {
      if (!events.has(id)) events.set(id, read(id));
      return events.get(id) ?? [];
    };
    const trimmed = new Map<number, StoredEvent | undefined>();
    const findTrimmed = (id: number): StoredEvent | StoredEvent[] => {
      if (!trimmed.has(id)) {
        const event = read(id);
        trimmed.set(id, event && { ...event, ...trim(event) });
      }
      return trimmed.get(id) ?? [];
    };
    for (const wanted of claims) {
      // One that was claimed may have become a retry: its webhook was switched off, it was redelivered, and that is on again.
      const due = (wanted.retries > 0 ? retries.all(wanted.webhookId, now, wanted.retries) : []).filter(
        row => !wanted.claimed?.has(row.seq),
      );
      for (const row of [...due, ...takeFirsts(wanted)]) {
        // What is there already costs nothing, and would be read once more in the next turn.
        if (text >= ENOUGH_TEXT && !events.has(row.eventId)) {
          cut.add(wanted.webhookId);
          break;
        }
        if (wanted.claimed === undefined || row.retry === 1) markSending(row.seq, now);
        jobs.push(toJob(row, row.eventIds === null ? find : findTrimmed));
      }
    }
    return { jobs, cut };
  };
}

function toJob(
  { eventId, eventIds, retry, digest, ...row }: DeliveryRow,
  find: (id: number) => StoredEvent | StoredEvent[],
): Job {
  const ids: number[] = eventIds === null ? [eventId] : JSON.parse(eventIds);
  return {
    ...row,
    retry: retry === 1,
    digest: digest === 1,
    events: ids.flatMap(find),
  };
}
