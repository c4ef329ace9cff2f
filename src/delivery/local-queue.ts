/**
 * What one webhook waits for, in memory: claimed deliveries, and which of them may go out next. A webhook and a robot
 * each have an implementation of their own.
 */
import type { Claim, Job } from '../model/job.ts';
import type { RateLimiter } from './robots/rate-limiter.ts';

export interface LocalQueue {
  readonly webhookId: number;
  /** All webhooks of one robot have the same one; null: the webhook is no robot. */
  readonly limiter: RateLimiter | null;
  /** It is dirty: the database may hold something new for it, also something old that is pending again. */
  markDirty(): void;
  /**
   * What can be claimed now, or null.
   * @param ahead how many deliveries may be claimed and not finished
   */
  claim(now: number, ahead: number): Claim | null;
  /** Takes the answer to a claim: fewer than asked for means that the database holds no more. */
  assign(claim: Claim, jobs: Job[]): void;
  /** Whether the database has had this delivery as `sending` since it was claimed. */
  isMarked(job: Job): boolean;
  /** The next delivery that may be sent now, which is in flight from then on; or null. */
  next(now: number): Job | null;
  finished(job: Job): void;
  /** The outcome of this delivery is written. */
  settled(seq: number): void;
  /** Gives back what was claimed and not sent. */
  release(): Job[];
  /** It has room, and nothing to fill it with but what the database may hold. */
  needsWork(now: number): boolean;
  /** When the limiter lets pass what waits; null when nothing waits, or when a finished request will tell. */
  availableAt(now: number): number | null;
  /** Nothing is in flight. */
  readonly resting: boolean;
  /** Nothing is claimed, in flight or to be settled. */
  readonly empty: boolean;
  /** It is empty, and the database holds nothing for it that is due. */
  readonly idle: boolean;
}

/**
 * First attempts with one order key (a ref) go one after the other; retries hold up nobody and may take only a part of the room.
 */
export class WebhookQueue implements LocalQueue {
  readonly webhookId: number;
  readonly limiter = null;
  readonly #room: number;
  readonly #waiting: Job[] = [];
  readonly #busyKeys = new Set<string>();
  /** By seq, first attempts that are claimed and not settled: the database still has them as pending. */
  readonly #claimed = new Set<number>();
  /** The highest seq that was claimed so far; 0 when the database may hold others before it. */
  #last = 0;
  #firsts = 0;
  #retries = 0;
  #inFlight = 0;
  /** Whether the database may hold more than what was claimed. */
  #moreFirsts = true;
  #moreRetries = true;

  /** @param room requests at once */
  constructor(webhookId: number, room: number) {
    this.webhookId = webhookId;
    this.#room = room;
  }

  markDirty(): void {
    this.#last = 0;
    this.#moreFirsts = true;
    this.#moreRetries = true;
  }

  /** It claims ahead of the room: one transaction serves many requests. */
  claim(_now: number, ahead: number): Claim | null {
    const firsts = this.#moreFirsts && this.#firsts <= ahead / 2 ? ahead - this.#firsts : 0;
    const retrySlots = Math.max(1, Math.floor(this.#room / 4));
    const retries = this.#moreRetries ? retrySlots - this.#retries : 0;
    return firsts > 0 || retries > 0
      ? { webhookId: this.webhookId, firsts, retries, claimed: this.#claimed, after: this.#last }
      : null;
  }

  assign(claim: Claim, jobs: Job[]): void {
    const retries = jobs.filter(job => job.retry).length;
    if (jobs.length - retries < claim.firsts) this.#moreFirsts = false;
    if (retries < claim.retries) this.#moreRetries = false;
    this.#firsts += jobs.length - retries;
    this.#retries += retries;
    this.#waiting.push(...jobs);
    for (const job of jobs) {
      if (job.retry) continue;
      this.#claimed.add(job.seq);
      this.#last = Math.max(this.#last, job.seq);
    }
  }

  /** Most first attempts are answered before anybody could look, and to mark each would double what is written. */
  isMarked(job: Job): boolean {
    return job.retry;
  }

  next(_now: number): Job | null {
    if (this.#inFlight >= this.#room) return null;
    const index = this.#waiting.findIndex(job => job.retry || !this.#busyKeys.has(job.orderKey));
    if (index === -1) return null;
    const [job] = this.#waiting.splice(index, 1);
    this.#inFlight++;
    if (!job!.retry) this.#busyKeys.add(job!.orderKey);
    return job!;
  }

  finished(job: Job): void {
    this.#inFlight--;
    if (job.retry) {
      this.#retries--;
    } else {
      this.#firsts--;
      this.#busyKeys.delete(job.orderKey);
    }
  }

  settled(seq: number): void {
    this.#claimed.delete(seq);
  }

  release(): Job[] {
    const jobs = this.#waiting.splice(0);
    this.#last = 0;
    for (const job of jobs) {
      if (job.retry) this.#retries--;
      else this.#firsts--;
      this.#claimed.delete(job.seq);
    }
    return jobs;
  }

  needsWork(_now: number): boolean {
    return (
      this.#waiting.length === 0 && this.#inFlight < this.#room && (this.#moreFirsts || this.#moreRetries)
    );
  }

  /** Nothing but a finished request or something new opens more room. */
  availableAt(_now: number): null {
    return null;
  }

  get resting(): boolean {
    return this.#inFlight === 0;
  }

  get empty(): boolean {
    return this.#inFlight === 0 && this.#waiting.length === 0 && this.#claimed.size === 0;
  }

  get idle(): boolean {
    return this.empty && !this.#moreFirsts && !this.#moreRetries;
  }
}
