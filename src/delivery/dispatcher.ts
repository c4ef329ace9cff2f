/**
 * The dispatcher sends the pending deliveries to their webhooks. One transaction writes outcomes and claims ahead what
 * there will be room for; between two transactions each finished request makes room for the next one of its webhook, and
 * outcomes gather, because a durable commit costs a file sync, which stops everything for milliseconds.
 *
 *   phase      | what happens in it                                       | next phase, and why
 *   -----------|----------------------------------------------------------|-------------------------------------------------
 *   stopped    | nothing                                                  | flush due: `start`
 *   flush due  | no request starts; what other processes have changed     | writing: always
 *              | is read                                                  |
 *   writing    | one transaction writes outcomes, marks, releases, claims | sending: it is done
 *   sending    | claimed deliveries go out, as long as there is room      | gathering: outcomes wait to be written
 *              |                                                          | flush due: they wait and nothing is in flight,
 *              |                                                          | or more can be claimed
 *              |                                                          | sleeping: nothing can be claimed
 *   gathering  | more outcomes join those that wait; requests go on       | sending: woken
 *   sleeping   | requests in flight go on; otherwise nothing happens      | sending: woken, or a retry or message is due
 *   blocked    | the database cannot be used: nothing starts for a second | flush due: the second is over
 *   stopping   | no request starts; those in flight end; one last write   | stopped: it is done
 *
 * Four things happen from outside of the phases:
 *   a flush falls due     writing, sending, gathering, sleeping → flush due. It does when the first outcome has waited
 *                         long enough or many have gathered, when a webhook is gone for good, is dirty (it may have something
 *                         new) or needs work (it has room and nothing to send), when claimed deliveries are to be
 *                         released, and when requests take so long that they are to be marked as `sending`
 *   the database fails    flush due, writing, sending, sleeping → blocked
 *   `stop`                every phase but stopped → stopping
 *   a request finishes    the phase stays; in writing, sending, gathering and sleeping the next request starts.
 *                         When none is left in flight, gathering and sleeping → sending
 */
// long: the phases stand in one file, with their table
import { setImmediate as nextTick } from 'node:timers/promises';
import type { Settlement } from '../model/job.ts';
import { plural } from '../text/plural.ts';
import { QUEUE_RULES } from './decide.ts';
import { createDeliverJob, type DeliverJobDeps } from './deliver-job.ts';
import { createInFlight } from './in-flight.ts';
import type { LocalQueue } from './local-queue.ts';
import { createLocalQueues } from './local-queues.ts';
import { createSettlementBuffer } from './settlement-buffer.ts';
import { createStamps } from './stamps.ts';
import { createTargets } from './targets.ts';
import { createWaker } from './waker.ts';

export type Log = (level: 'info' | 'warn' | 'error', message: string) => void;

export interface DispatcherDeps extends DeliverJobDeps {
  log: Log;
  /** The dispatcher calls it when nothing is in flight and nothing is due any more. */
  onIdle: () => void;
}

type Phase =
  | 'stopped'
  | 'flush due'
  | 'writing'
  | 'sending'
  | 'gathering'
  | 'sleeping'
  | 'blocked'
  | 'stopping';

/** The phases in which requests start, and which end when a flush falls due. */
const OPEN: ReadonlySet<Phase> = new Set(['writing', 'sending', 'gathering', 'sleeping']);

const BLOCKED_MS = 1_000;
/** Only a dispatcher that has nothing else to do sleeps: due retries must not wait for that. */
const READ_DUE_EVERY_MS = 1_000;

export function createDispatcher(deps: DispatcherDeps) {
  const { store, settings, now, log } = deps;
  const targets = createTargets(store);
  const queues = createLocalQueues(store, targets, settings);
  const stamps = createStamps();
  const waker = createWaker();
  const outcomes = createSettlementBuffer(flushIsDue);
  const inFlight = createInFlight({
    queues,
    deliverJob: createDeliverJob(deps, targets, stamps),
    now,
    mayStart: () => OPEN.has(phase),
    onLate: flushIsDue,
    onFinished,
    onNone: waker.wake,
  });
  /** By seq, deliveries that are marked as `sending` and will not be sent: the next transaction makes them pending. */
  const released: number[] = [];
  let phase: Phase = 'stopped';
  let running: Promise<void> | null = null;
  let readDueAt = 0;
  /** A retry is due whose webhook has no room: until something is written, another query would find the same. */
  let retryWithoutRoom = false;

  const steps: Record<Exclude<Phase, 'stopped'>, () => Promise<Phase>> = {
    'flush due': prepare,
    writing: write,
    sending: send,
    gathering: gather,
    sleeping: sleep,
    blocked: pause,
    stopping: finish,
  };

  async function run(): Promise<void> {
    while (phase !== 'stopped') {
      const current = phase;
      const next = await steps[current]().catch(blocked);
      if (phase === current || (next === 'blocked' && phase !== 'stopping')) phase = next;
    }
  }

  function flushIsDue(): void {
    if (OPEN.has(phase)) phase = 'flush due';
    waker.wake();
  }

  async function prepare(): Promise<Phase> {
    await targets.refresh();
    if (Math.abs(now() - readDueAt) >= READ_DUE_EVERY_MS) await readDue();
    return 'writing';
  }

  /** When the transaction fails, the outcomes are kept for the next one. */
  async function write(): Promise<Phase> {
    const claims = await queues.claims(now());
    const settlements = outcomes.take();
    const sending = inFlight.takeLate();
    const releases = released.splice(0);
    if (settlements.length + claims.length + sending.length + releases.length === 0) return 'sending';
    try {
      const done = await stamps.keep(now(), due =>
        store.queue.turn(
          { settlements, claims, sending, released: releases, stamps: due },
          QUEUE_RULES,
          now(),
        ),
      );
      if (settlements.length > 0 || done.jobs.length > 0) retryWithoutRoom = false;
      queues.settled(settlements.map(({ job }) => job));
      queues.assign(claims, done);
      for (const { webhookId, reason, held } of done.disabled) {
        const kept = held + release([webhookId]);
        log('warn', `webhook ${webhookId} is disabled, ${plural(kept, 'delivery')} held: ${reason}`);
      }
      return 'sending';
    } catch (error) {
      outcomes.putBack(settlements);
      released.unshift(...releases);
      throw error;
    }
  }

  async function send(): Promise<Phase> {
    await targets.refresh();
    inFlight.start();
    await nextTick();
    if (outcomes.some()) return inFlight.some() ? 'gathering' : 'flush due';
    return queues.canClaim(now()) ? 'flush due' : 'sleeping';
  }

  async function gather(): Promise<Phase> {
    await waker.wait(null);
    return 'sending';
  }

  async function sleep(): Promise<Phase> {
    const retryAt = await store.queue.nextRetryAt();
    if (retryAt !== null && retryAt <= now() && !retryWithoutRoom) {
      retryWithoutRoom = true;
      await readDue();
      if (queues.canClaim(now())) return 'flush due';
    }
    if (!busy()) deps.onIdle();
    const reason = await waker.wait(sleepTime(retryAt, queues.availableAt(now()), now()));
    if (reason === 'time') await readDue();
    return queues.dirty() ? 'flush due' : 'sending';
  }

  function blocked(error: unknown): Phase {
    log('error', `deliveries are blocked, the database cannot be used: ${(error as Error).message}`);
    return 'blocked';
  }

  async function pause(): Promise<Phase> {
    await waker.pause(BLOCKED_MS);
    return 'flush due';
  }

  /** What cannot be written now is sent again when the next worker starts. */
  async function finish(): Promise<Phase> {
    while (inFlight.some()) await waker.wait(null);
    release(null);
    try {
      const last = { settlements: outcomes.take(), claims: [], released };
      await stamps.keep(now(), due => store.queue.turn({ ...last, stamps: due }, QUEUE_RULES, now()));
    } catch (error) {
      log('error', `the last answers cannot be recorded: ${(error as Error).message}`);
    }
    return 'stopped';
  }

  /** The database says which webhooks have something due. */
  async function readDue(): Promise<void> {
    readDueAt = now();
    queues.markDirty(await store.queue.ready(readDueAt));
  }

  /** @param webhookIds null: all. Gives how many deliveries the next transaction makes pending. */
  function release(webhookIds: number[] | null): number {
    const jobs = queues.release(webhookIds);
    released.push(...jobs.map(job => job.seq));
    if (jobs.length > 0) flushIsDue();
    return jobs.length;
  }

  function onFinished(queue: LocalQueue, settlement: Settlement): void {
    outcomes.add(settlement);
    // What else was claimed for a webhook that is gone must not be sent.
    const gone = settlement.health !== 'ok' && settlement.health?.kind === 'gone';
    if (gone || outcomes.full() || queue.needsWork(now())) flushIsDue();
  }

  /** True while something is in flight or to be written, or due and not held back by a robot's rate limiter. */
  function busy(): boolean {
    if (phase === 'writing' || inFlight.some() || outcomes.some() || released.length > 0) return true;
    return queues.canClaim(now());
  }

  return {
    /** Frees what a dead worker had claimed and begins. */
    async start(): Promise<void> {
      const freed = await store.queue.recover(now());
      if (freed > 0)
        log('info', `pending again: ${plural(freed, 'delivery', 'deliveries')} of a worker that ended`);
      await readDue();
      phase = 'flush due';
      running = run();
    },

    /** These webhooks were just given something to send. */
    poke(webhookIds: number[]): void {
      queues.markDirty(webhookIds);
      flushIsDue();
    },

    /** Another process may have changed webhooks or deliveries. */
    async changed(): Promise<void> {
      release(await store.queue.off(queues.ids()));
      // This comes second: what was released, and is wanted again by now, is found here.
      await readDue();
      flushIsDue();
    },

    busy,

    /** Finishes what is in flight, records it, and releases what was only claimed. */
    async stop(): Promise<void> {
      if (phase !== 'stopped') phase = 'stopping';
      waker.wake();
      await running;
    },
  };
}

/** Timers know nothing of a clock that is set, and stand still while the machine sleeps: so the wait is cut into pieces. */
const LONGEST_SLEEP_MS = 60_000;
/** What is due has no room: a finished request wakes the dispatcher, and this is only the safety net. */
const NO_ROOM_MS = 1_000;

/**
 * How long the dispatcher sleeps when nothing is due.
 * @param retryAt when the next retry is due
 * @param availableAt when the first robot's rate limiter lets a message pass that waits for it
 * @returns milliseconds; null when neither waits
 */
export function sleepTime(retryAt: number | null, availableAt: number | null, now: number): number | null {
  const times = [retryAt, availableAt].filter(time => time !== null);
  if (times.length === 0) return null;
  const wait = Math.min(...times) - now;
  return wait <= 0 ? NO_ROOM_MS : Math.min(wait, LONGEST_SLEEP_MS);
}
