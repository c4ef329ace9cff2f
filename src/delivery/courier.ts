/**
 * The loop that brings deliveries out. One transaction settles what was answered and claims ahead what there will be room
 * for; in between, each finished request makes room for the next one of its webhook, and answers gather: a durable
 * commit costs a file sync, which stops everything for milliseconds. It sleeps when nothing is due: a new push, what
 * has gathered, the next retry's time or another process's change wakes it.
 */
import { setImmediate as nextTick } from 'node:timers/promises';
import type { Job } from '../store/claim.ts';
import type { Settlement } from '../store/queue.ts';
import { createDeliverJob, type DeliverJobDeps } from './deliver-job.ts';
import { type AnyLine, createLines, lengthOf } from './lines.ts';
import { RobotLine } from './robot-line.ts';
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
/**
 * What may be on its way at once, in characters: 1,000 ordinary events, or a few giants. Each body is held several times
 * while it is sent: with its envelope, as bytes, in the socket.
 */
const MOST_SENDING = 6_000_000;
/** Timers know nothing of a clock that is set, and stand still while the machine sleeps: so it is looked at often. */
const LONGEST_SLEEP_MS = 60_000;
/** How long to wait when the database cannot be written. */
const TROUBLE_MS = 1_000;
/**
 * Answers wait for so long to be written while requests are under way, or until there are so many: with a sync of 5 ms
 * the disk takes an eighth of the time. Longer would gain little, and a crash repeats what was not written yet.
 */
const GATHER_MS = 40;
const GATHER_MOST = 500;

export function createCourier(deps: CourierDeps) {
  const { store, settings, now, log } = deps;
  const targets = createTargets(store);
  const lines = createLines(store, targets, settings);
  const deliverJob = createDeliverJob(deps, targets);
  const waker = createWaker();
  const finished: Settlement[] = [];
  /** Claimed and never sent, because their webhook was switched off. */
  const handedBack: number[] = [];
  let inFlight = 0;
  let sending = 0;
  /** What has gathered is to be written at once; a webhook has room and nothing in hand. */
  let ripe = false;
  let starved = false;
  let gathering: NodeJS.Timeout | undefined;
  /** A look for due retries has found none that there is room for: the next look waits for a change, or a while. */
  let inVain = false;
  let stopping = false;
  let running: Promise<void> | null = null;

  async function loop(): Promise<void> {
    while (!stopping) await turn().catch(trouble);
    while (inFlight > 0) await waker.wait(null);
    await settleLast();
  }

  async function turn(): Promise<void> {
    await targets.look();
    if (pressing()) await settleAndClaim();
    lines.start(now(), hasRoom, go);
    await nextTick();
    if (stopping || pressing()) return;
    if (finished.length > 0) await waker.wait(null);
    else if (lines.hungry(now())) starved = true;
    else await sleep();
  }

  /** Whether the next transaction is due. */
  function pressing(): boolean {
    if (ripe || starved || handedBack.length > 0 || lines.woken()) return true;
    return finished.length >= GATHER_MOST || (finished.length > 0 && inFlight === 0);
  }

  /** One transaction. When it fails, the outcomes are kept for the next one. */
  async function settleAndClaim(): Promise<void> {
    const claims = await lines.claims(now());
    clearTimeout(gathering);
    ripe = false;
    starved = false;
    const settlements = finished.splice(0);
    const released = handedBack.splice(0);
    if (settlements.length === 0 && claims.length === 0 && released.length === 0) return;
    try {
      const { jobs, disabled } = await store.queue.turn({ settlements, claims, released }, now());
      if (settlements.length > 0 || jobs.length > 0) inVain = false;
      lines.shareOut(claims, jobs);
      for (const { webhookId, reason, held } of disabled) {
        const kept = held + handBack([webhookId]);
        log('warn', `webhook ${webhookId} is disabled: ${reason}; ${kept} deliveries are held`);
      }
    } catch (error) {
      finished.unshift(...settlements);
      handedBack.unshift(...released);
      ripe = true;
      throw error;
    }
  }

  /** Before the worker leaves. What cannot be written now is owed again when the next one starts. */
  async function settleLast(): Promise<void> {
    handBack(null);
    try {
      await store.queue.turn({ settlements: finished, claims: [], released: handedBack }, now());
    } catch (error) {
      log('error', `the last answers cannot be written: ${(error as Error).message}`);
    }
  }

  /** @param webhookIds null: all. Gives the number of deliveries; the next turn puts them back into the queue. */
  function handBack(webhookIds: number[] | null): number {
    const jobs = lines.drain(webhookIds);
    handedBack.push(...jobs.map(job => job.seq));
    return jobs.length;
  }

  function unwritten(): boolean {
    return finished.length > 0 || handedBack.length > 0;
  }

  async function trouble(error: unknown): Promise<void> {
    log('error', `deliveries stand still, the database cannot be used: ${(error as Error).message}`);
    await waker.pause(TROUBLE_MS);
  }

  function go(line: AnyLine, job: Job): void {
    inFlight++;
    const length = lengthOf(job);
    sending += length;
    const gate = line instanceof RobotLine ? line.gate : null;
    void deliverJob(job, gate).then(settlement => {
      inFlight--;
      const full = !hasRoom();
      sending -= length;
      lines.finished(line, job);
      if (finished.push(settlement) === 1) gathering = setTimeout(ripen, GATHER_MS);
      // Gone for good: what else was claimed for it must not be sent.
      if (settlement.health !== 'ok' && settlement.health?.kind === 'gone') ripe = true;
      if (!ripe && !stopping && full) lines.start(now(), hasRoom, go);
      else if (!ripe && !stopping) lines.startOf(line, now(), hasRoom, go);
      if (line.starving(now())) starved = true;
      if (pressing()) waker.wake();
    });
  }

  function ripen(): void {
    ripe = true;
    waker.wake();
  }

  function hasRoom(): boolean {
    return inFlight < MOST_IN_FLIGHT && sending < MOST_SENDING;
  }

  /** True while something is in hand, or due and not held back by a robot's pace. */
  function busy(): boolean {
    return inFlight > 0 || unwritten() || lines.hungry(now());
  }

  async function sleep(): Promise<void> {
    const retryAt = await store.queue.nextRetryAt();
    if (retryAt !== null && retryAt <= now() && !inVain) {
      inVain = true;
      await refresh();
      if (lines.hungry(now())) return;
    }
    if (!busy()) deps.onIdle();
    if ((await waker.wait(sleepTime(retryAt))) === 'time') await refresh();
  }

  /** Milliseconds until the next retry is due or a robot's gate opens; null when neither waits. */
  function sleepTime(retryAt: number | null): number | null {
    const times = [retryAt, lines.opensAt(now())].filter(time => time !== null);
    if (times.length === 0) return null;
    const wait = Math.min(...times) - now();
    // Due, but its webhook has no room: a finished request wakes us, this is only the safety net.
    return wait <= 0 ? TROUBLE_MS : Math.min(wait, LONGEST_SLEEP_MS);
  }

  /** Reads from the queue which webhooks have something due. */
  async function refresh(): Promise<void> {
    lines.wake(await store.queue.ready(now()));
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
      lines.wake(webhookIds);
      waker.wake();
    },

    /** Another process may have changed webhooks or deliveries. */
    async changed(): Promise<void> {
      handBack(await store.queue.off(lines.ids()));
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
