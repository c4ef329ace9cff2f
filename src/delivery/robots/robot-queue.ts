/**
 * What one robot's webhook waits for: one message at a time, and none is claimed before the rate limiter lets it pass, so
 * that what comes in the meantime can still join it. A message is in one of three phases:
 *
 *   phase      | next phase, and why
 *   -----------|------------------------------------------------------------------------
 *   none       | claimed: the limiter lets a message pass, and the database had one
 *   claimed    | in flight: it is sent; none: it is released
 *   in flight  | none: it is answered
 *
 * First attempts are looked for first, then retries, then nothing until the queue is dirty again.
 */
import { digestsOf, mergeWaiting } from '../../kinds/merge-waiting.ts';
import { minuteAllowance } from '../../kinds/pace.ts';
import type { Claim, Job } from '../../model/job.ts';
import type { Store } from '../../store/store.ts';
import type { LocalQueue } from '../local-queue.ts';
import type { RateLimiter } from './rate-limiter.ts';

export class RobotQueue implements LocalQueue {
  readonly webhookId: number;
  readonly limiter: RateLimiter;
  #message: { phase: 'none' | 'in flight' } | { phase: 'claimed'; job: Job } = { phase: 'none' };
  /** What the database may hold. */
  #lookFor: 'firsts' | 'retries' | 'nothing' = 'firsts';

  constructor(webhookId: number, limiter: RateLimiter) {
    this.webhookId = webhookId;
    this.limiter = limiter;
  }

  markDirty(): void {
    this.#lookFor = 'firsts';
  }

  claim(now: number): Claim | null {
    if (!this.empty || this.#lookFor === 'nothing' || !this.#mayPass(now)) return null;
    const firsts = this.#lookFor === 'firsts' ? 1 : 0;
    return { webhookId: this.webhookId, firsts, retries: 1 - firsts };
  }

  assign(claim: Claim, [job]: Job[]): void {
    if (job !== undefined) this.#message = { phase: 'claimed', job };
    else this.#lookFor = claim.firsts > 0 ? 'retries' : 'nothing';
  }

  /** So that nothing joins a message that is claimed. */
  isMarked(_job: Job): boolean {
    return true;
  }

  next(now: number): Job | null {
    if (this.#message.phase !== 'claimed' || !this.#mayPass(now)) return null;
    const { job } = this.#message;
    this.#message = { phase: 'in flight' };
    return job;
  }

  finished(_job: Job): void {
    this.#message = { phase: 'none' };
  }

  settled(_seq: number): void {}

  release(): Job[] {
    if (this.#message.phase !== 'claimed') return [];
    const { job } = this.#message;
    this.#message = { phase: 'none' };
    return [job];
  }

  needsWork(now: number): boolean {
    return this.claim(now) !== null;
  }

  availableAt(now: number): number | null {
    return this.idle ? null : this.limiter.availableAt(now);
  }

  get resting(): boolean {
    return this.#message.phase !== 'in flight';
  }

  get empty(): boolean {
    return this.#message.phase === 'none';
  }

  get idle(): boolean {
    return this.empty && this.#lookFor === 'nothing';
  }

  #mayPass(now: number): boolean {
    const at = this.limiter.availableAt(now);
    return at !== null && at <= now;
  }
}

/**
 * When more waits for a robot than it takes in a minute, or it was blocked for long, what waits becomes fewer messages:
 * its webhooks share the allowance.
 * @param sharing the webhooks with something to say to this robot
 */
export async function mergeBacklogs(
  store: Store,
  limiter: RateLimiter,
  sharing: Pick<LocalQueue, 'webhookId'>[],
  now: number,
): Promise<void> {
  await limiter.refresh();
  const { kind, pace } = limiter;
  const most = pace.digestNext ? 1 : minuteAllowance(kind);
  const sizes = await Promise.all(sharing.map(({ webhookId }) => store.robots.backlog(webhookId, now)));
  if (sizes.reduce((sum, size) => sum + size, 0) <= most) return;
  const share = Math.max(1, Math.floor(most / sharing.length));
  for (const { webhookId } of sharing) {
    await store.robots.merge(webhookId, waiting => digestsOf(mergeWaiting(kind, pace, waiting, share)), now);
  }
}
