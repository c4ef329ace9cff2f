/** The local queues of all webhooks that have something due decide what is claimed for which, and what may go out now. */
import type { Claim, Claimed, Job } from '../model/job.ts';
import { isGrouped } from '../model/names.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { type LocalQueue, WebhookQueue } from './local-queue.ts';
import { createRateLimiters, type RateLimiter } from './robots/rate-limiter.ts';
import { mergeBacklogs, RobotQueue } from './robots/robot-queue.ts';
import type { Targets } from './targets.ts';

export type LocalQueues = ReturnType<typeof createLocalQueues>;

/**
 * How many deliveries are claimed ahead for one webhook, in multiples of its room: when it is alone, as many as it takes to
 * send before the next transaction; when there are many, fewer, for all of them lie in memory.
 */
const MOST_AHEAD = 128;
const LEAST_AHEAD = 8;
const AHEAD_OF_ALL = 8_192;
/** Bodies in memory have so many characters; beyond that, one claimed delivery must do for each webhook. */
const MOST_TEXT = 32_000_000;

export function createLocalQueues(store: Store, targets: Targets, settings: Settings) {
  const queues = new Map<number, LocalQueue>();
  const dirty = new Set<number>();
  const limiterFor = createRateLimiters(store);
  let text = 0;

  /** A webhook that was given another robot waits for that one's limiter from now on. */
  async function queueFor(webhookId: number): Promise<LocalQueue> {
    const known = queues.get(webhookId);
    if (known !== undefined && !known.empty) return known;
    const limiter = await limiterOf(webhookId);
    if (known !== undefined && known.limiter === limiter) return known;
    return limiter === null
      ? new WebhookQueue(webhookId, settings['delivery.concurrency'])
      : new RobotQueue(webhookId, limiter);
  }

  async function limiterOf(webhookId: number): Promise<RateLimiter | null> {
    const target = await targets.get(webhookId);
    if (target === null || 'problem' in target || !isGrouped(target.kind)) return null;
    return limiterFor(target.kind, target.url);
  }

  function ahead(): number {
    if (text > MOST_TEXT) return 1;
    const room = settings['delivery.concurrency'];
    return Math.floor(Math.min(Math.max(AHEAD_OF_ALL / queues.size, room * LEAST_AHEAD), room * MOST_AHEAD));
  }

  async function mergeRobots(now: number): Promise<void> {
    const robots = Map.groupBy(queues.values(), queue => queue.limiter);
    for (const [limiter, sharing] of robots) {
      if (limiter !== null && sharing.some(queue => queue.needsWork(now)))
        await mergeBacklogs(store, limiter, sharing, now);
    }
  }

  function claimsAt(now: number): Claim[] {
    const taken = new Set<RateLimiter>();
    const most = ahead();
    const claims: Claim[] = [];
    for (const queue of queues.values()) {
      const claim = queue.claim(now, most);
      // One message for a robot at a time, whatever webhook it comes from: what waits unclaimed can still be merged.
      if (claim === null || (queue.limiter !== null && taken.has(queue.limiter))) continue;
      if (queue.limiter !== null) taken.add(queue.limiter);
      claims.push(claim);
    }
    return claims;
  }

  function toTheEnd(queue: LocalQueue): void {
    queues.delete(queue.webhookId);
    queues.set(queue.webhookId, queue);
  }

  return {
    /** These webhooks may have something new that is due. */
    markDirty(webhookIds: Iterable<number>): void {
      for (const id of webhookIds) dirty.add(id);
    },

    /** True when some have been marked dirty since the last claims. */
    dirty: (): boolean => dirty.size > 0,

    /** Merges the robots' backlogs, and says what to claim. */
    async claims(now: number): Promise<Claim[]> {
      for (const id of dirty) {
        const queue = await queueFor(id);
        // It stays dirty until its queue is there: without one, nobody would ask for its first attempts again.
        dirty.delete(id);
        queue.markDirty();
        queues.set(id, queue);
      }
      await mergeRobots(now);
      return claimsAt(now);
    },

    /** True when a transaction would claim something for a webhook that has nothing claimed. */
    canClaim(now: number): boolean {
      if (dirty.size > 0) return true;
      for (const queue of queues.values()) if (queue.claim(now, 1) !== null) return true;
      return false;
    },

    /** Hands claimed jobs to their queues. */
    assign(claims: Claim[], { jobs, cut }: Claimed): void {
      const byWebhook = Map.groupBy(jobs, job => job.webhookId);
      for (const job of jobs) text += lengthOf(job);
      for (const claim of claims) {
        const queue = queues.get(claim.webhookId);
        const given = byWebhook.get(claim.webhookId) ?? [];
        if (!cut.has(claim.webhookId)) queue?.assign(claim, given);
        // Fewer than asked for would mean that the database holds no more.
        else if (given.length > 0) queue?.assign({ ...claim, firsts: 0, retries: 0 }, given);
        // The webhooks of one robot take turns.
        if (queue?.limiter != null && given.length > 0) toTheEnd(queue);
      }
    },

    /**
     * Starts what may go out now, as long as there is room; forgets queues that have nothing left. They take turns, one
     * request each: so a receiver has few connections open while it is quick.
     * @param most at one go
     * @returns how many were started
     */
    start(now: number, most: number, hasRoom: HasRoom, go: Go): number {
      let started = 0;
      let asked = [...queues.values()];
      while (asked.length > 0 && started < most) {
        const more: LocalQueue[] = [];
        for (const queue of asked) {
          if (started === most) break;
          const job = hasRoom(queue) ? queue.next(now) : null;
          if (job !== null) {
            started++;
            go(queue, job);
            toTheEnd(queue);
            more.push(queue);
          } else if (queue.idle) {
            queues.delete(queue.webhookId);
          }
        }
        asked = more;
      }
      return started;
    },

    finished(queue: LocalQueue, job: Job): void {
      queue.finished(job);
      text -= lengthOf(job);
    },

    /** When the first robot's limiter lets pass what waits for it; null when nothing waits. */
    availableAt(now: number): number | null {
      const times = [...queues.values()].flatMap(queue => queue.availableAt(now) ?? []);
      return times.length === 0 ? null : Math.min(...times);
    },

    /** The outcomes of these are written. */
    settled(jobs: Pick<Job, 'seq' | 'webhookId'>[]): void {
      for (const { seq, webhookId } of jobs) queues.get(webhookId)?.settled(seq);
    },

    /**
     * Lets go of what was claimed and not sent. Gives those that the database has as `sending`.
     * @param webhookIds null: all
     */
    release(webhookIds: number[] | null): Job[] {
      const marked: Job[] = [];
      for (const id of webhookIds ?? queues.keys()) {
        const queue = queues.get(id);
        for (const job of queue?.release() ?? []) {
          text -= lengthOf(job);
          if (queue!.isMarked(job)) marked.push(job);
        }
      }
      return marked;
    },

    /** The webhooks that have a queue. */
    ids: (): number[] => [...queues.keys()],
  };
}

/** Whether one more request may go out, for this webhook. */
type HasRoom = (queue: LocalQueue) => boolean;
type Go = (queue: LocalQueue, job: Job) => void;

/** An event that goes to many webhooks counts for each: there is less text than that. */
export function lengthOf(job: Job): number {
  return job.events.reduce((sum, event) => sum + event.data.length, 0);
}
