/**
 * What one robot's webhook waits for: one message at a time, and none is claimed before the gate is open, so that what
 * comes in the meantime can still join it.
 */
import type { Claim, Job } from '../../model/job.ts';
import type { Gate } from './gate.ts';

export class RobotLine {
  readonly webhookId: number;
  readonly gate: Gate;
  #job: Job | null = null;
  #inFlight = false;
  #moreFirsts = true;
  #moreRetries = true;

  constructor(webhookId: number, gate: Gate) {
    this.webhookId = webhookId;
    this.gate = gate;
  }

  wake(): void {
    this.#moreFirsts = true;
    this.#moreRetries = true;
  }

  claim(now: number): Claim | null {
    if (this.#job !== null || this.#inFlight || !this.#open(now)) return null;
    if (!this.#moreFirsts && !this.#moreRetries) return null;
    return { webhookId: this.webhookId, firsts: this.#moreFirsts ? 1 : 0, retries: this.#moreFirsts ? 0 : 1 };
  }

  add(claim: Claim, [job]: Job[]): void {
    if (job !== undefined) this.#job = job;
    else if (claim.firsts > 0) this.#moreFirsts = false;
    else this.#moreRetries = false;
  }

  next(now: number): Job | null {
    if (this.#job === null || !this.#open(now)) return null;
    const job = this.#job;
    this.#job = null;
    this.#inFlight = true;
    return job;
  }

  finished(_job: Job): void {
    this.#inFlight = false;
  }

  /** It was marked when it was claimed, so that nothing joins it: the queue knows. */
  settled(_seq: number): void {}

  drain(): Job[] {
    const jobs = this.#job === null ? [] : [this.#job];
    this.#job = null;
    return jobs;
  }

  starving(now: number): boolean {
    return this.claim(now) !== null;
  }

  /** When the gate opens for what waits; null when nothing waits, or when a finished request will tell. */
  wakeAt(now: number): number | null {
    return this.idle ? null : this.gate.opensAt(now);
  }

  /** It holds a message, or one is under way. */
  get occupied(): boolean {
    return this.#job !== null || this.#inFlight;
  }

  /** Nothing of it is on its way. */
  get resting(): boolean {
    return !this.#inFlight;
  }

  get idle(): boolean {
    return this.#job === null && !this.#inFlight && !this.#moreFirsts && !this.#moreRetries;
  }

  #open(now: number): boolean {
    const opensAt = this.gate.opensAt(now);
    return opensAt !== null && opensAt <= now;
  }
}
