/** The lines of all webhooks that have something due: whom to claim for, and what may go out now. */
import type { Claim, Claimed, Job } from '../model/job.ts';
import { isGrouped } from '../model/names.ts';
import type { Settings } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { Line } from './line.ts';
import { createGates, type Gate } from './robots/gate.ts';
import { mergeBacklogs } from './robots/merge-backlogs.ts';
import { RobotLine } from './robots/robot-line.ts';
import type { Targets } from './targets.ts';

export type AnyLine = Line | RobotLine;
export type Lines = ReturnType<typeof createLines>;

/**
 * Claimed ahead for one webhook, in multiples of its room: as many as it takes to bring out before the next transaction
 * when it is alone, and less when there are many, for all of it lies in memory.
 */
const MOST_AHEAD = 128;
const LEAST_AHEAD = 8;
const AHEAD_OF_ALL = 8_192;
/** Bodies in memory, in characters; beyond that one delivery in hand must do for each webhook. */
const MOST_TEXT = 32_000_000;

export function createLines(store: Store, targets: Targets, settings: Settings) {
  const lines = new Map<number, AnyLine>();
  const woken = new Set<number>();
  const gateOf = createGates(store);
  let text = 0;

  async function makeLine(webhookId: number): Promise<AnyLine> {
    const target = await targets.get(webhookId);
    if (target === null || 'problem' in target || !isGrouped(target.kind)) {
      return new Line(webhookId, settings['delivery.concurrency']);
    }
    return new RobotLine(webhookId, await gateOf(target.kind, target.url));
  }

  /** A webhook that was given another robot waits at that one's gate from now on. */
  async function lineFor(webhookId: number): Promise<AnyLine> {
    const known = lines.get(webhookId);
    if (known !== undefined && !(known instanceof RobotLine && !known.occupied)) return known;
    const made = await makeLine(webhookId);
    return made instanceof RobotLine && made.gate === known?.gate ? known : made;
  }

  function ahead(): number {
    if (text > MOST_TEXT) return 1;
    const room = settings['delivery.concurrency'];
    return Math.min(Math.max(AHEAD_OF_ALL / lines.size, room * LEAST_AHEAD), room * MOST_AHEAD);
  }

  function wanted(now: number): Claim[] {
    const taken = new Set<Gate>();
    const most = Math.floor(ahead());
    return [...lines.values()].flatMap(line => {
      const claim = line.claim(now, most);
      if (claim === null || !(line instanceof RobotLine)) return claim ?? [];
      // One message for a robot at a time, whatever webhook it comes from: what waits unclaimed can still be merged.
      if (taken.has(line.gate)) return [];
      taken.add(line.gate);
      return [claim];
    });
  }

  function toTheEnd(line: AnyLine): void {
    lines.delete(line.webhookId);
    lines.set(line.webhookId, line);
  }

  return {
    /** These webhooks may have something due. */
    wake(webhookIds: Iterable<number>): void {
      for (const id of webhookIds) woken.add(id);
    },

    /** What to claim, after the robots' backlogs are merged. */
    async claims(now: number): Promise<Claim[]> {
      for (const id of woken) {
        const line = await lineFor(id);
        // Only now: had the line not been made, nobody would look for its first attempts again.
        woken.delete(id);
        line.wake();
        lines.set(id, line);
      }
      const robots = [...lines.values()].filter(line => line instanceof RobotLine);
      for (const [gate, sharing] of Map.groupBy(robots, line => line.gate)) {
        if (sharing.some(line => line.starving(now))) await mergeBacklogs(store, gate, sharing, now);
      }
      return wanted(now);
    },

    /** True when some have been woken since the last claims. */
    woken: (): boolean => woken.size > 0,

    /** True when a turn would claim something for a webhook that has nothing in hand. */
    hungry(now: number): boolean {
      if (woken.size > 0) return true;
      for (const line of lines.values()) if (line.claim(now, 1) !== null) return true;
      return false;
    },

    /** Hands claimed jobs to their lines. */
    shareOut(claims: Claim[], { jobs, cut }: Claimed): void {
      const byWebhook = Map.groupBy(jobs, job => job.webhookId);
      for (const job of jobs) text += lengthOf(job);
      for (const claim of claims) {
        const line = lines.get(claim.webhookId);
        const given = byWebhook.get(claim.webhookId) ?? [];
        if (!cut.has(claim.webhookId)) line?.add(claim, given);
        // Fewer than asked for would mean that there are no more.
        else if (given.length > 0) line?.add({ ...claim, firsts: 0, retries: 0 }, given);
        if (line instanceof RobotLine && given.length > 0) toTheEnd(line);
      }
    },

    /**
     * Starts what may go out now, as long as there is room; forgets lines that have nothing left. They take turns, one
     * request each: so a receiver has few connections open while it is quick.
     * @param most at one go
     * @returns how many were started
     */
    start(now: number, most: number, room: Room, go: Go): number {
      let started = 0;
      let asked = [...lines.values()];
      while (asked.length > 0 && started < most) {
        const more: AnyLine[] = [];
        for (const line of asked) {
          if (started === most) break;
          const job = room(line) ? line.next(now) : null;
          if (job !== null) {
            started++;
            go(line, job);
            toTheEnd(line);
            more.push(line);
          } else if (line.idle) {
            lines.delete(line.webhookId);
          }
        }
        asked = more;
      }
      return started;
    },

    finished(line: AnyLine, job: Job): void {
      line.finished(job);
      text -= lengthOf(job);
    },

    /** When the first robot's gate opens for what waits behind it; null when none waits. */
    opensAt(now: number): number | null {
      const times = [...lines.values()].flatMap(line => line.wakeAt(now) ?? []);
      return times.length === 0 ? null : Math.min(...times);
    },

    /** The outcomes of these are written. */
    settled(jobs: Pick<Job, 'seq' | 'webhookId'>[]): void {
      for (const { seq, webhookId } of jobs) lines.get(webhookId)?.settled(seq);
    },

    /**
     * Lets go of what was claimed and not sent. Gives those that the queue has as `sending`.
     * @param webhookIds null: all
     */
    drain(webhookIds: number[] | null): Job[] {
      const marked: Job[] = [];
      for (const id of webhookIds ?? lines.keys()) {
        const line = lines.get(id);
        for (const job of line?.drain() ?? []) {
          text -= lengthOf(job);
          if (isMarked(line!, job)) marked.push(job);
        }
      }
      return marked;
    },

    /** The webhooks that have one. */
    ids: (): number[] => [...lines.keys()],
  };
}

/** Whether it was marked as `sending` when it was claimed: a robot's message, and a retry. */
export function isMarked(line: AnyLine, job: Job): boolean {
  return job.retry || line instanceof RobotLine;
}

/** Whether one more may go out, for this webhook. */
type Room = (line: AnyLine) => boolean;
type Go = (line: AnyLine, job: Job) => void;

/** An event that many webhooks are told of counts for each: there is less text than that. */
export function lengthOf(job: Job): number {
  return job.events.reduce((sum, event) => sum + event.data.length, 0);
}
