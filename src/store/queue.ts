/**
 * The queue: claims what is due and settles what was answered, both in one transaction per turn, because a durable
 * commit costs a file sync however many rows it holds. There is one worker per home, so a claim needs no lease: what
 * a dead worker had claimed is set free when the next one starts.
 */
import type { EventName } from '../events/event.ts';
import { reasonToDisable } from '../webhooks/health.ts';
import { type AttemptRecord, attemptWriter } from './attempts.ts';
import { type Db, write } from './database.ts';
import { holdPending } from './webhooks.ts';

export interface StoredEvent {
  id: number;
  name: EventName;
  /** Full name, e.g. `acme/app`. */
  repository: string;
  /** Gitee's body without the envelope. */
  data: string;
  facts: string;
}

/** A claimed delivery with all that is needed to send it. */
export interface Job {
  seq: number;
  id: string;
  webhookId: number;
  lane: string;
  retry: boolean;
  attempts: number;
  tries: number;
  fallback: 0 | 1 | 2;
  /** A robot's message for several pushes. */
  digest: boolean;
  createdAt: number;
  events: StoredEvent[];
}

/** How much of one webhook's work there is room for. */
export interface Claim {
  webhookId: number;
  firsts: number;
  retries: number;
}

/** The outcome of one attempt. */
export interface Settlement {
  job: Pick<Job, 'seq' | 'webhookId'>;
  attempt: AttemptRecord;
  state: 'delivered' | 'failed' | 'pending';
  nextAttemptAt: number | null;
  tries: number;
  fallback: number;
  /** What it says about the webhook: null when nothing (a robot's pause). */
  health: 'ok' | { kind: string; hint: string } | null;
}

export interface Turn {
  jobs: Job[];
  /** Webhooks given up on in this turn, with the reason. */
  disabled: { webhookId: number; reason: string; held: number }[];
}

type DeliveryRow = Omit<Job, 'events' | 'retry' | 'digest'> & {
  retry: number;
  digest: number;
  eventId: number;
  eventIds: string | null;
};

const JOB_COLUMNS = `seq, id, webhook_id as webhookId, lane, retry, attempts, tries, fallback, digest, created_at as createdAt,
  event_id as eventId, event_ids as eventIds`;

export function queueStore(db: Db) {
  const recordAttempt = attemptWriter(db);
  const firsts = db.prepare<[number, number], DeliveryRow>(
    `select ${JOB_COLUMNS} from delivery where webhook_id = ? and state = 'pending' and retry = 0 order by seq limit ?`,
  );
  const retries = db.prepare<[number, number, number], DeliveryRow>(
    `select ${JOB_COLUMNS} from delivery where webhook_id = ? and state = 'pending' and retry = 1
       and next_attempt_at <= ? order by next_attempt_at limit ?`,
  );
  const eventById = db.prepare<[number], StoredEvent>(
    `select event.id, name, full_name as repository, data, facts from event
     join repository on repository.id = repository_id where event.id = ?`,
  );
  const markSending = db.prepare(`update delivery set state = 'sending', updated_at = ? where seq = ?`);
  const settleDelivery = db.prepare(
    `update delivery set state = @state, retry = 1, attempts = attempts + 1, tries = @tries, fallback = @fallback,
       next_attempt_at = @nextAttemptAt, last_status = @status, last_error = @error, updated_at = @now
     where seq = @seq and state = 'sending'`,
  );
  const healthy = db.prepare(
    'update webhook set failures = 0, failing_since = null where id = ? and failures > 0',
  );
  const failing = db.prepare<[number, number], { failures: number; failingSince: number }>(
    `update webhook set failures = failures + 1, failing_since = coalesce(failing_since, ?) where id = ?
     returning failures, failing_since as failingSince`,
  );
  const giveUp = db.prepare(
    'update webhook set disabled_at = ?, disabled_reason = ? where id = ? and disabled_at is null',
  );
  const sendable = db.prepare('select 1 from webhook where id = ? and active = 1 and disabled_at is null');

  function settle(settlements: Settlement[], now: number): Turn['disabled'] {
    const disabled: Turn['disabled'] = [];
    for (const { job, attempt, state, nextAttemptAt, tries, fallback, health } of settlements) {
      recordAttempt(job.seq, attempt);
      const error = state === 'delivered' ? null : (attempt.hint ?? attempt.error);
      settleDelivery.run({
        seq: job.seq,
        state,
        nextAttemptAt,
        tries,
        fallback,
        status: attempt.status,
        error,
        now,
      });
      if (health === 'ok') healthy.run(job.webhookId);
      else if (health !== null) {
        const row = failing.get(now, job.webhookId);
        const reason = row === undefined ? null : reasonToDisable(row, health, now);
        if (reason !== null && giveUp.run(now, reason, job.webhookId).changes > 0) {
          disabled.push({ webhookId: job.webhookId, reason, held: holdPending(db, job.webhookId, now) });
        }
      }
      if (state === 'pending' && sendable.get(job.webhookId) === undefined)
        holdPending(db, job.webhookId, now);
    }
    return disabled;
  }

  function claim(claims: Claim[], now: number): Job[] {
    const jobs: Job[] = [];
    for (const { webhookId, firsts: most, retries: mostRetries } of claims) {
      const rows = mostRetries > 0 ? retries.all(webhookId, now, mostRetries) : [];
      if (most > 0) rows.push(...firsts.all(webhookId, most));
      for (const row of rows) {
        markSending.run(now, row.seq);
        jobs.push(toJob(row));
      }
    }
    return jobs;
  }

  function toJob({ eventId, eventIds, retry, digest, ...row }: DeliveryRow): Job {
    const ids: number[] = eventIds === null ? [eventId] : JSON.parse(eventIds);
    return {
      ...row,
      retry: retry === 1,
      digest: digest === 1,
      events: ids.flatMap(id => eventById.get(id) ?? []),
    };
  }

  return {
    async turn(settlements: Settlement[], claims: Claim[], now: number): Promise<Turn> {
      return write(db, () => {
        const disabled = settle(settlements, now);
        return { disabled, jobs: claim(claims, now) };
      });
    },

    /** At the start of a worker: what its predecessor had claimed is owed again. */
    async recover(now: number): Promise<number> {
      const sql = `update delivery set state = 'pending', next_attempt_at = ?, updated_at = ? where state = 'sending'`;
      return write(db, () => db.prepare(sql).run(now, now)).changes;
    },

    /** Claimed but not sent, because the worker leaves. */
    async release(seqs: number[], now: number): Promise<void> {
      const update = db.prepare(
        `update delivery set state = 'pending', updated_at = ? where seq = ? and state = 'sending'`,
      );
      write(db, () => seqs.forEach(seq => void update.run(now, seq)));
    },

    /** Webhooks with a first attempt waiting, or a retry that is due: found by skipping from one to the next. */
    async ready(now: number): Promise<number[]> {
      const first = db
        .prepare(
          `with recursive waiting(id) as (
             select min(webhook_id) from delivery where state = 'pending' and retry = 0
             union all
             select (select min(webhook_id) from delivery
                     where state = 'pending' and retry = 0 and webhook_id > waiting.id)
             from waiting where waiting.id is not null)
           select id from waiting where id is not null`,
        )
        .pluck()
        .all() as number[];
      const due = db
        .prepare(
          `select distinct webhook_id from delivery where state = 'pending' and retry = 1 and next_attempt_at <= ?`,
        )
        .pluck()
        .all(now) as number[];
      return [...new Set([...first, ...due])];
    },

    /** Whether any delivery still waits for an attempt, now or later. */
    async owed(): Promise<boolean> {
      const sql = `select exists (select 1 from delivery where state = 'pending' and retry = 0)
        or exists (select 1 from delivery where state = 'pending' and retry = 1)`;
      return db.prepare(sql).pluck().get() === 1;
    },

    /** When the next retry is due; null when nothing waits. */
    async nextRetryAt(): Promise<number | null> {
      const sql = `select min(next_attempt_at) from delivery where state = 'pending' and retry = 1`;
      return db.prepare(sql).pluck().get() as number | null;
    },

    /** Changes whenever another process has written: what was read before may be stale. */
    async version(): Promise<number> {
      return db.pragma('data_version', { simple: true }) as number;
    },
  };
}
