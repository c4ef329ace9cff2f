/**
 * The queue: claims what is due and settles what was answered, both in one transaction per turn, because a durable
 * commit costs a file sync however many rows it holds. There is one worker per home, so a claim needs no lease: what
 * a dead worker had marked as `sending` is set free when the next one starts, and what it had not is pending anyway.
 */

import type { QueueRules, Settlement, Turn } from '../model/job.ts';
import { attemptWriter } from './attempts.ts';
import { claimer, sendingMarker } from './claim.ts';
import { type Db, write } from './database.ts';
import { failPending, holdPending } from './deliveries.ts';
import { pauseReader } from './pause.ts';
import type { QueueStore } from './store.ts';

/** A day (the longest `Retry-After` that is obeyed), and some for the jitter. */
const LONGEST_DELAY_MS = 25 * 3_600_000;
/** Small corrections of the clock are everyday. */
const SLACK_MS = 60_000;

export function queueStore(db: Db): QueueStore {
  const recordAttempt = attemptWriter(db);
  const claim = claimer(db);
  const paused = pauseReader(db);
  // In whatever state it is by now: what a request came to is true, also when its webhook was switched off meanwhile. It
  // may even be gone, when its webhook was removed and the log is kept short, and its number may belong to another.
  const settleDelivery = db.prepare(
    `update delivery set state = ?, retry = 1, attempts = attempts + 1, tries = ?, fallback = ?,
       next_attempt_at = ?, last_status = ?, last_error = ?, updated_at = ?
     where seq = ? and id = ?`,
  );
  const markSending = sendingMarker(db);
  const healthy = db.prepare(
    'update webhook set failures = 0, failing_since = null where id = +? and failures > 0',
  );
  const failing = db.prepare<[number, number], { failures: number; failingSince: number }>(
    `update webhook set failures = failures + 1, failing_since = coalesce(failing_since, ?) where id = ?
     returning failures, failing_since as failingSince`,
  );
  const giveUp = db.prepare(
    'update webhook set disabled_at = ?, disabled_reason = ? where id = +? and disabled_at is null',
  );
  const keepStamp = db.prepare<[number, number]>(
    'update webhook set last_timestamp = max(last_timestamp, ?) where id = ?',
  );
  // 1: nothing may be sent to the webhook now; 0: it may; undefined: it was removed.
  const isOff = db
    .prepare<[number], number>('select active = 0 or disabled_at is not null from webhook where id = ?')
    .pluck();
  const unclaim = db
    .prepare<[number, number], number>(
      `update delivery set state = 'pending', updated_at = ? where seq = +? and state = 'sending'
       returning webhook_id`,
    )
    .pluck();
  const recover = db
    .prepare<[number, number], number>(
      `update delivery set state = 'pending', next_attempt_at = ?, updated_at = ? where state = 'sending'
       returning webhook_id`,
    )
    .pluck();

  // What the dispatcher asks between turns, many times a second: each question is answered from one index.
  const waitingFirsts = db
    .prepare<[], number>(
      `with recursive waiting(id) as (
         select min(webhook_id) from delivery where state = 'pending' and retry = 0
         union all
         select (select min(webhook_id) from delivery
                 where state = 'pending' and retry = 0 and webhook_id > waiting.id)
         from waiting where waiting.id is not null)
       select id from waiting where id is not null`,
    )
    .pluck();
  const dueRetries = db
    .prepare<[number], number>(
      `select distinct webhook_id from delivery indexed by delivery_due
       where state = 'pending' and retry = 1 and next_attempt_at <= ?`,
    )
    .pluck();
  const anyPending = db
    .prepare<[], number>(
      `select exists (select 1 from delivery where state = 'pending' and retry = 0)
         or exists (select 1 from delivery where state = 'pending' and retry = 1)
         or exists (select 1 from delivery where state = 'sending')`,
    )
    .pluck();
  const nextRetry = db
    .prepare<[], number | null>(
      `select min(next_attempt_at) from delivery where state = 'pending' and retry = 1`,
    )
    .pluck();
  const dataVersion = db.prepare<[], number>('pragma data_version').pluck();

  // No answer can put a delivery off for longer than a day, and none came later than now: the clock was wrong, and has
  // been set back since.
  const pullIn = db.prepare(
    `update delivery set next_attempt_at = @now, updated_at = @now
     where state = 'pending' and retry = 1 and next_attempt_at > @now
       and (next_attempt_at > @now + ${LONGEST_DELAY_MS} or updated_at > @now + ${SLACK_MS})`,
  );

  function settle(settlements: Settlement[], { reasonToDisable }: QueueRules, now: number): Turn['disabled'] {
    const disabled: Turn['disabled'] = [];
    const well = new Set<number>();
    for (const { job, attempt, state, nextAttemptAt, tries, fallback, health } of settlements) {
      const error = state === 'delivered' ? null : (attempt.hint ?? attempt.error);
      const { status } = attempt;
      const { changes } = settleDelivery.run(
        state,
        tries,
        fallback,
        nextAttemptAt,
        status,
        error,
        // The clock may have been set back since the answer came: pullIn has to see that it was ahead.
        Math.max(now, attempt.startedAt),
        job.seq,
        job.id,
      );
      if (changes > 0) recordAttempt(job, attempt);
      if (health === 'ok') {
        if (!well.has(job.webhookId)) healthy.run(job.webhookId);
        well.add(job.webhookId);
      } else if (health !== null) {
        well.delete(job.webhookId);
        const row = failing.get(now, job.webhookId);
        const reason = row === undefined ? null : reasonToDisable(row, health, now);
        if (reason !== null && giveUp.run(now, reason, job.webhookId).changes > 0) {
          disabled.push({ webhookId: job.webhookId, reason, held: holdPending(db, job.webhookId, now) });
        }
      }
      if (state === 'pending') stopUnsendable(job.webhookId, now);
    }
    return disabled;
  }

  /** What became pending again while its webhook was switched off or removed. */
  function stopUnsendable(webhookId: number, now: number): void {
    const off = isOff.get(webhookId);
    if (off === undefined) failPending(db, webhookId, now);
    else if (off === 1) holdPending(db, webhookId, now);
  }

  function release(seqs: number[], now: number): void {
    const webhookIds = new Set(seqs.map(seq => unclaim.get(now, seq)));
    for (const id of webhookIds) if (id !== undefined) stopUnsendable(id, now);
  }

  return {
    async ready(now) {
      if (paused() !== null) return [];
      return [...new Set([...waitingFirsts.all(), ...dueRetries.all(now)])];
    },

    async off(webhookIds) {
      if (paused() !== null) return webhookIds;
      return webhookIds.filter(id => isOff.get(id) !== 0);
    },

    async hasPending() {
      return paused() === null && anyPending.get() === 1;
    },

    async nextRetryAt() {
      return paused() === null ? nextRetry.get()! : null;
    },

    async version() {
      return dataVersion.get()!;
    },

    async turn(input, rules, now) {
      const { settlements, claims, sending = [], released, stamps = [] } = input;
      return write(db, () => {
        const disabled = settle(settlements, rules, now);
        for (const seq of sending) markSending(seq, now);
        release(released, now);
        for (const { webhookId, stamp } of stamps) keepStamp.run(stamp, webhookId);
        return { disabled, ...claim(paused() === null ? claims : [], rules.trimForRobots, now) };
      });
    },

    async pullIn(now) {
      return pullIn.run({ now }).changes;
    },

    async recover(now) {
      return write(db, () => {
        const webhookIds = recover.all(now, now);
        for (const id of new Set(webhookIds)) stopUnsendable(id, now);
        return webhookIds.length;
      });
    },
  };
}
