/**
 * The loop that brings deliveries out. One transaction settles what was answered and claims ahead what there will be room
 * for; in between, each finished request makes room for the next one of its webhook, and answers gather: a durable
 * commit costs a file sync, which stops everything for milliseconds. It sleeps when nothing is due: a new push, what
 * has gathered, the next retry's time or another process's change wakes it.
 */
// long: one loop, with what each of its turns does.
import { setImmediate as nextTick } from 'node:timers/promises';
import type { Settlement } from '../model/job.ts';
import { plural } from '../text/plural.ts';
import { createAnswers } from './answers.ts';
import { QUEUE_RULES } from './decide.ts';
import { createDeliverJob, type DeliverJobDeps } from './deliver-job.ts';
import { type AnyLine, createLines } from './lines.ts';
import { createRequests } from './requests.ts';
import { sleepTime } from './sleep-time.ts';
import { createStamps } from './stamps.ts';
import { createTargets } from './targets.ts';
import { createWaker } from './waker.ts';

export type Log = (level: 'info' | 'warn' | 'error', message: string) => void;

export interface CourierDeps extends DeliverJobDeps {
  log: Log;
  /** Called when nothing is in hand and nothing is due any more. */
  onIdle: () => void;
}

/** How long to wait when the database cannot be written. */
const TROUBLE_MS = 1_000;
/** It sleeps only when there is nothing else to do: due retries must not wait for that. */
const LOOK_EVERY_MS = 1_000;

export function createCourier(deps: CourierDeps) {
  const { store, settings, now, log } = deps;
  const targets = createTargets(store);
  const lines = createLines(store, targets, settings);
  const stamps = createStamps();
  const waker = createWaker();
  const answers = createAnswers(ripen);
  const requests = createRequests({
    lines,
    deliverJob: createDeliverJob(deps, targets, stamps),
    now,
    held: () => ripe || stopping,
    late: ripen,
    answered,
  });
  /** Marked and never sent, because their webhook was switched off. */
  const handedBack: number[] = [];
  /** What has gathered is to be written at once; a webhook has room and nothing in hand. */
  let ripe = false;
  let starved = false;
  /** A look for due retries has found none that there is room for: the next look waits for a change, or a while. */
  let inVain = false;
  let lookedAt = 0;
  let stopping = false;
  let running: Promise<void> | null = null;
  /** Reads from the queue which webhooks have something due. */
  const refresh = async () => {
    lookedAt = now();
    lines.wake(await store.queue.ready(lookedAt));
  };

  async function loop(): Promise<void> {
    while (!stopping) await turn().catch(trouble);
    while (requests.some()) await waker.wait(null);
    await settleLast();
  }

  async function turn(): Promise<void> {
    await targets.look();
    if (pressing()) await settleAndClaim();
    requests.begin();
    await nextTick();
    if (stopping || pressing()) return;
    if (answers.some()) await waker.wait(null);
    else if (lines.hungry(now())) starved = true;
    else await sleep();
  }

  /** Whether the next transaction is due. */
  function pressing(): boolean {
    if (ripe || starved || handedBack.length > 0 || lines.woken()) return true;
    return answers.enough() || (answers.some() && !requests.some());
  }

  /** One transaction. When it fails, the outcomes are kept for the next one. */
  async function settleAndClaim(): Promise<void> {
    if (Math.abs(now() - lookedAt) >= LOOK_EVERY_MS) await refresh();
    const claims = await lines.claims(now());
    const settlements = answers.take();
    ripe = false;
    starved = false;
    const sending = requests.takeLate();
    const released = handedBack.splice(0);
    if (settlements.length + claims.length + sending.length + released.length === 0) return;
    try {
      const done = await stamps.keep(now(), due =>
        store.queue.turn({ settlements, claims, sending, released, stamps: due }, QUEUE_RULES, now()),
      );
      if (settlements.length > 0 || done.jobs.length > 0) inVain = false;
      lines.settled(settlements.map(({ job }) => job));
      lines.shareOut(claims, done);
      for (const { webhookId, reason, held } of done.disabled) {
        const kept = held + handBack([webhookId]);
        log('warn', `webhook ${webhookId} is disabled: ${reason}; ${kept} deliveries are held`);
      }
    } catch (error) {
      answers.putBack(settlements);
      handedBack.unshift(...released);
      ripe = true;
      throw error;
    }
  }

  /** Before the worker leaves. What cannot be written now is owed again when the next one starts. */
  async function settleLast(): Promise<void> {
    handBack(null);
    try {
      const last = { settlements: answers.take(), claims: [], released: handedBack };
      await stamps.keep(now(), due => store.queue.turn({ ...last, stamps: due }, QUEUE_RULES, now()));
    } catch (error) {
      log('error', `the last answers cannot be written: ${(error as Error).message}`);
    }
  }

  /** @param webhookIds null: all. Gives how many are to be unmarked, which the next turn does. */
  function handBack(webhookIds: number[] | null): number {
    const jobs = lines.drain(webhookIds);
    handedBack.push(...jobs.map(job => job.seq));
    return jobs.length;
  }

  async function trouble(error: unknown): Promise<void> {
    log('error', `deliveries stand still, the database cannot be used: ${(error as Error).message}`);
    await waker.pause(TROUBLE_MS);
  }

  function answered(line: AnyLine, settlement: Settlement): void {
    answers.add(settlement);
    // Gone for good: what else was claimed for it must not be sent.
    if (settlement.health !== 'ok' && settlement.health?.kind === 'gone') ripe = true;
    if (line.starving(now())) starved = true;
    if (pressing()) waker.wake();
  }

  function ripen(): void {
    ripe = true;
    waker.wake();
  }

  /** True while something is in hand, or due and not held back by a robot's pace. */
  function busy(): boolean {
    return requests.some() || answers.some() || handedBack.length > 0 || lines.hungry(now());
  }

  async function sleep(): Promise<void> {
    const retryAt = await store.queue.nextRetryAt();
    if (retryAt !== null && retryAt <= now() && !inVain) {
      inVain = true;
      await refresh();
      if (lines.hungry(now())) return;
    }
    if (!busy()) deps.onIdle();
    if ((await waker.wait(sleepTime(retryAt, lines.opensAt(now()), now()))) === 'time') await refresh();
  }

  return {
    /** Frees what a dead worker had claimed and begins. */
    async start(): Promise<void> {
      const freed = await store.queue.recover(now());
      if (freed > 0)
        log('info', `owed again: ${plural(freed, 'delivery', 'deliveries')} of a worker that ended`);
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
      // After that: what was handed back, and is wanted again by now, is looked for anew.
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
