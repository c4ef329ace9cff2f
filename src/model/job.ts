/** A delivery on its way through the worker: claimed with what is needed to send it, and settled with what came of it. */
import type { AttemptRecord } from './attempt.ts';
import type { StoredEvent } from './event.ts';
import type { RefWord } from './names.ts';
import type { StampCeiling } from './webhook.ts';

/** A claimed delivery with all that is needed to send it. */
export interface Job {
  seq: number;
  id: string;
  webhookId: number;
  orderKey: string;
  /** What of a push it says alone; null: the event itself. */
  word: RefWord | null;
  retry: boolean;
  attempts: number;
  tries: number;
  redeliveries: number;
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
  /**
   * By seq, the first attempts that the caller has taken before. With it they stay `pending` in the queue, which saves
   * a write for each: the caller remembers them until they are settled. Without it they are marked as `sending`.
   */
  claimed?: ReadonlySet<number>;
  /** First attempts up to this seq have been taken, or are over: they need not be read again. */
  after?: number;
}

/** What was claimed, and the webhooks that there may be more for, although they were given less than they asked for. */
export interface Claimed {
  jobs: Job[];
  cut: Set<number>;
}

/** The outcome of one attempt. */
export interface Settlement {
  job: Pick<Job, 'seq' | 'id' | 'webhookId' | 'attempts'>;
  attempt: AttemptRecord;
  state: 'delivered' | 'failed' | 'pending';
  nextAttemptAt: number | null;
  tries: number;
  fallback: number;
  /** What it says about the webhook: null when nothing (a robot's pause). */
  health: 'ok' | Failure | null;
}

export interface Failure {
  kind: string;
  hint: string;
}

/** One turn of the queue: what is to be written, and what there is room for. */
export interface TurnInput {
  settlements: Settlement[];
  claims: Claim[];
  /** Deliveries that are under way and were not marked so. */
  sending?: number[];
  /** Deliveries that were marked, and are not sent after all. */
  released: number[];
  /** For webhooks whose timestamps run ahead of the clock. */
  stamps?: StampCeiling[];
}

export interface Turn extends Claimed {
  /** Webhooks given up on in this turn, with the reason. */
  disabled: { webhookId: number; reason: string; held: number }[];
}

/** Failures of a webhook in a row, the last one included. `failingSince`: of the first of them, milliseconds since 1970. */
export interface Health {
  failures: number;
  failingSince: number;
}

/** What the queue asks its caller within a turn. */
export interface QueueRules {
  /** The reason to disable a webhook after a failure, or null. */
  reasonToDisable(health: Health, failure: Failure, now: number): string | null;
  /** Of an event's data what a robot's message can say of it. */
  trimForRobots(event: { data: string; facts: string }): { data: string; facts: string };
}
