/** What an answer means for the delivery, and what an admin should do about it. */

export type Verdict =
  /** `note`: taken, but there is something that an admin should know. */
  | { kind: 'ok'; note?: string }
  /** The receiver said that it is gone for good: the webhook is disabled. */
  | { kind: 'gone'; code: string; hint: string }
  /** Only a person can fix it (token, signature, keyword, address list): no retry helps. */
  | { kind: 'config'; reason: ConfigReason; code: string; hint: string }
  /** The message itself is refused: a shorter or plainer one may pass. */
  | {
      kind: 'payload';
      reason: 'too_long' | 'rejected' | 'content_policy';
      /** There is no other form of it. */
      final?: true;
      code: string;
      hint: string;
    }
  /** Too fast: nothing goes to this robot (or this host) before the time is over. */
  | { kind: 'rate'; scope: 'robot' | 'host'; retryAfterMs: number; code: string; hint: string }
  /** Worth trying again by the schedule, or not before `retryAfterMs` when the receiver named a time. */
  | { kind: 'transient'; retryAfterMs: number | null; code: string; hint: string };

/** Everything but a success. */
export type Problem = Exclude<Verdict, { kind: 'ok' }>;

export type ConfigReason =
  | 'token'
  | 'sign'
  | 'clock'
  | 'keyword'
  | 'ip'
  | 'disabled'
  | 'forbidden'
  /** Nobody there has to do with this repository. */
  | 'no_job';

/**
 * Whether an answer says no to who asks, or to where: as tried again as any other failure, since a receiver that is being set up
 * answers so too, but a person reads it as what it is.
 */
export function isRefusal(status: number | null): boolean {
  return status === 401 || status === 403 || status === 404;
}
