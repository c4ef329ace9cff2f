/**
 * What one webhook waits for, in memory: which claimed delivery may go out next. First attempts of one lane (a ref)
 * go one after the other; retries hold up nobody and may take only a part of the room.
 */
import type { Claim, Job } from '../model/job.ts';

export class Line {
  readonly webhookId: number;
  readonly #room: number;
  readonly #waiting: Job[] = [];
  readonly #busyLanes = new Set<string>();
  /** By seq, first attempts that the queue still has as pending: claimed, and not settled yet. */
  readonly #inHand = new Set<number>();
  /** The highest seq that was taken so far; 0 when the queue may hold others before it. */
  #last = 0;
  #firsts = 0;
  #retries = 0;
  #inFlight = 0;
  /** Whether the queue may hold more than what was claimed. */
  #moreFirsts = true;
  #moreRetries = true;

  /** @param room requests at once */
  constructor(webhookId: number, room: number) {
    this.webhookId = webhookId;
    this.#room = room;
  }

  /** Something new may be due, also something old that is owed again. */
  wake(): void {
    this.#last = 0;
    this.#moreFirsts = true;
    this.#moreRetries = true;
  }

  /**
   * What to claim, or null. Claims ahead of the room: one look at the queue, and one file sync where something is to be
   * written, serves many requests.
   * @param ahead how many may be in hand
   */
  claim(_now: number, ahead: number): Claim | null {
    const firsts = this.#moreFirsts && this.#firsts <= ahead / 2 ? ahead - this.#firsts : 0;
    const retrySlots = Math.max(1, Math.floor(this.#room / 4));
    const retries = this.#moreRetries ? retrySlots - this.#retries : 0;
    return firsts > 0 || retries > 0
      ? { webhookId: this.webhookId, firsts, retries, inHand: this.#inHand, after: this.#last }
      : null;
  }

  /** The answer to a claim: fewer than asked means that there are no more. */
  add(claim: Claim, jobs: Job[]): void {
    const retries = jobs.filter(job => job.retry).length;
    if (jobs.length - retries < claim.firsts) this.#moreFirsts = false;
    if (retries < claim.retries) this.#moreRetries = false;
    this.#firsts += jobs.length - retries;
    this.#retries += retries;
    this.#waiting.push(...jobs);
    for (const job of jobs) {
      if (job.retry) continue;
      this.#inHand.add(job.seq);
      this.#last = Math.max(this.#last, job.seq);
    }
  }

  /** What came of it is written. */
  settled(seq: number): void {
    this.#inHand.delete(seq);
  }

  /** The next delivery that may be sent now, or null. */
  next(_now: number): Job | null {
    if (this.#inFlight >= this.#room) return null;
    const index = this.#waiting.findIndex(job => job.retry || !this.#busyLanes.has(job.lane));
    if (index === -1) return null;
    const [job] = this.#waiting.splice(index, 1);
    this.#inFlight++;
    if (!job!.retry) this.#busyLanes.add(job!.lane);
    return job!;
  }

  finished(job: Job): void {
    this.#inFlight--;
    if (job.retry) {
      this.#retries--;
    } else {
      this.#firsts--;
      this.#busyLanes.delete(job.lane);
    }
  }

  /** It has room, and nothing to fill it with but what may still be in the queue. */
  starving(_now: number): boolean {
    return (
      this.#waiting.length === 0 && this.#inFlight < this.#room && (this.#moreFirsts || this.#moreRetries)
    );
  }

  /** Lets go of what was claimed and not sent. */
  drain(): Job[] {
    const jobs = this.#waiting.splice(0);
    this.#last = 0;
    for (const job of jobs) {
      if (job.retry) this.#retries--;
      else this.#firsts--;
      this.#inHand.delete(job.seq);
    }
    return jobs;
  }

  /** Nothing but a finished request or something new opens more room. */
  wakeAt(_now: number): null {
    return null;
  }

  /** Nothing of it is on its way. */
  get resting(): boolean {
    return this.#inFlight === 0;
  }

  get idle(): boolean {
    const empty = this.#inFlight === 0 && this.#waiting.length === 0 && this.#inHand.size === 0;
    return empty && !this.#moreFirsts && !this.#moreRetries;
  }
}
