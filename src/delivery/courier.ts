/**
 * The loop that brings deliveries out. Each turn settles what was answered and claims what there is room for in one
 * transaction, then starts requests; while it commits, answers gather for the next turn. It sleeps when nothing is
 * due: a finished request, a new push, the next retry's time or another process's change wakes it.
 */
import { setImmediate as nextTick } from 'node:timers/promises';
import type { Claim, Job, Settlement } from '../store/queue.ts';
import { createDeliverJob, type DeliverJobDeps } from './deliver-job.ts';
import { Line } from './line.ts';
import { createTargets } from './targets.ts';
import { createWaker } from './waker.ts';

export type Log = (level: 'info' | 'warn' | 'error', message: string) => void;

export interface CourierDeps extends DeliverJobDeps {
  log: Log;
  /** Called when nothing is in hand and nothing is due any more. */
  onIdle: () => void;
}

export type Courier = ReturnType<typeof createCourier>;

/** Requests at once to all webhooks together: an upper bound for sockets, far above what healthy receivers need. */
const MOST_IN_FLIGHT = 4_096;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** How long to wait when the database cannot be written. */
const TROUBLE_MS = 1_000;

export function createCourier(deps: CourierDeps) {
  const { store, settings, now, log } = deps;
  const lines = new Map<number, Line>();
  const finished: Settlement[] = [];
  const targets = createTargets(store);
  const deliverJob = createDeliverJob(deps, targets);
  const waker = createWaker();
  let inFlight = 0;
  let stopping = false;
  let running: Promise<void> | null = null;

  async function loop(): Promise<void> {
    while (!stopping) {
      await turn();
      startRequests();
      await nextTick();
      if (!stopping && finished.length === 0 && !hasClaims()) await sleep();
    }
    while (inFlight > 0) await waker.wait(null);
    await turn();
    await store.queue.release(
      [...lines.values()].flatMap(line => line.drain().map(job => job.seq)),
      now(),
    );
  }

  /** One transaction. When it fails, the outcomes are kept for the next one. */
  async function turn(): Promise<void> {
    const settlements = finished.splice(0);
    const claims = stopping ? [] : wantedClaims();
    if (settlements.length === 0 && claims.length === 0) return;
    try {
      const { jobs, disabled } = await store.queue.turn(settlements, claims, now());
      shareOut(claims, jobs);
      for (const { webhookId, reason, held } of disabled) {
        log('warn', `webhook ${webhookId} is disabled: ${reason}; ${held} deliveries are held`);
      }
    } catch (error) {
      finished.unshift(...settlements);
      log('error', `the queue cannot be written, trying again: ${(error as Error).message}`);
      await waker.pause(TROUBLE_MS);
    }
  }

  function wantedClaims(): Claim[] {
    return [...lines.values()].flatMap(line => line.claim() ?? []);
  }

  function hasClaims(): boolean {
    for (const line of lines.values()) if (line.claim() !== null) return true;
    return false;
  }

  function shareOut(claims: Claim[], jobs: Job[]): void {
    const byWebhook = Map.groupBy(jobs, job => job.webhookId);
    for (const claim of claims) {
      lines.get(claim.webhookId)!.add(claim, byWebhook.get(claim.webhookId) ?? []);
    }
  }

  function startRequests(): void {
    for (const [id, line] of lines) {
      while (inFlight < MOST_IN_FLIGHT) {
        const job = line.next();
        if (job === null) break;
        inFlight++;
        void deliver(line, job);
      }
      if (line.idle) lines.delete(id);
    }
  }

  async function deliver(line: Line, job: Job): Promise<void> {
    const settlement = await deliverJob(job);
    inFlight--;
    line.finished(job);
    finished.push(settlement);
    waker.wake();
  }

  /** True while something is in hand, or due and not yet claimed. */
  function busy(): boolean {
    return inFlight > 0 || finished.length > 0 || lines.size > 0;
  }

  async function sleep(): Promise<void> {
    const retryAt = await store.queue.nextRetryAt();
    let wait = retryAt === null ? null : Math.min(retryAt - now(), LONGEST_TIMER_MS);
    if (wait !== null && wait <= 0) {
      await refresh();
      if (hasClaims()) return;
      // Due, but its webhook has no room: a finished request wakes us, this is only the safety net.
      wait = TROUBLE_MS;
    }
    if (!busy()) deps.onIdle();
    if ((await waker.wait(wait)) === 'time') await refresh();
  }

  /** Reads from the queue which webhooks have something due. */
  async function refresh(): Promise<void> {
    targets.forget();
    for (const id of await store.queue.ready(now())) lineOf(id).wake();
  }

  function lineOf(webhookId: number): Line {
    const line = lines.get(webhookId) ?? new Line(webhookId, settings['delivery.concurrency']);
    lines.set(webhookId, line);
    return line;
  }

  return {
    /** Frees what a dead worker had claimed and begins. */
    async start(): Promise<void> {
      const freed = await store.queue.recover(now());
      if (freed > 0) log('info', `${freed} deliveries of a worker that ended are owed again`);
      await refresh();
      running = loop();
    },

    /** These webhooks were just given something to send. */
    poke(webhookIds: number[]): void {
      for (const id of webhookIds) lineOf(id).wake();
      waker.wake();
    },

    /** Another process may have changed webhooks or deliveries. */
    async changed(): Promise<void> {
      await refresh();
      waker.wake();
    },

    busy,

    /** Finishes what is in hand, records it, and hands back what was only claimed. */
    async stop(): Promise<void> {
      stopping = true;
      waker.wake();
      await running;
    },
  };
}
