/** What is sent to a webhook, from the event that causes it to the log that people read. */
import type { Attempt, Outcome } from './attempt.ts';
import type { RefWord } from './names.ts';

/** The states of a delivery (docs/reliability.md). */
export const DELIVERY_STATES = ['pending', 'sending', 'delivered', 'failed', 'held', 'merged'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One that is new. */
export interface NewDelivery {
  webhookId: number;
  /** Of events that are stored: one; or in one message all of a push that the webhook wants, oldest first. */
  eventIds: number[];
  /** What of a push it says alone; null: the event itself. */
  word: RefWord | null;
  together: boolean;
  /** First attempts with one order key (a ref) go to a webhook one after the other; robots take one at a time anyway. */
  orderKey: string;
  /** What a robot's message is about, so that later ones can join it; null: several things, or no robot. */
  mergeKey: string | null;
  state: 'pending' | 'held';
  /** Seconds for which its ref has to be quiet before it is sent; null: at once. */
  quietFor: number | null;
}

/** As the log has it. */
export interface Delivery {
  id: string;
  /** Its name, or the word that the delivery is for. */
  event: string;
  repository: string;
  ref: string | null;
  /** No hook announced it: a comparison of the refs has found it. */
  recovered: boolean;
  webhook_id: number;
  kind: string;
  state: DeliveryState;
  attempts: number;
  created_at: number;
  next_attempt_at: number | null;
  last_status: number | null;
  last_error: string | null;
  merged_into: string | null;
  /** Owed by `belfry replay`, not when it happened. */
  replayed: boolean;
}

export interface DeliveryDetail extends Delivery {
  /** Gitee's body without the envelope, and the facts beside it. */
  data: string;
  facts: string;
  history: Attempt[];
}

export interface DeliveryFilter {
  repository?: string | undefined;
  webhookId?: number | undefined;
  state?: string | undefined;
  event?: string | undefined;
  /** Full name, or what it is called without `refs/heads/` and `refs/tags/`. */
  ref?: string | undefined;
  /** A text in the last error, or in what any attempt was answered or failed with; upper and lower case alike. */
  text?: string | undefined;
  since?: number | undefined;
  /** Not that old any more. */
  until?: number | undefined;
  /** Only those that are new, or had an attempt, behind this mark. */
  after?: LogMark | undefined;
  limit: number;
}

/** How far somebody has followed the log: the last delivery, and the last attempt of any. */
export interface LogMark {
  seq: number;
  attempt: number;
}

export interface Redelivered {
  id: string;
  /** `held` when its webhook is off; `sending`, or `pending` before its first attempt, when nothing was changed. */
  state: 'pending' | 'held' | 'sending';
}

/** What somebody who waits for the outcome of a push is shown. */
export interface PushDelivery {
  id: string;
  state: DeliveryState;
  ref: string | null;
  webhookId: number;
  /** As a webhook has it. */
  scope: string;
  /** Masked URL. */
  webhook: string;
  /** The last one, without what was said: somebody who waits asks for all of them again and again. */
  attempt: Outcome | null;
}
