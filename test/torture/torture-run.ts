/**
 * The kill matrix: a stream of pushes, hooks and workers that are killed in the middle of it, receivers that sometimes
 * fail; then everything is left to come to rest, and what the receivers were told is compared with what happened.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { answer, reset } from '../support/behaviour.ts';
import { headerOf, receiver } from '../support/receiver.ts';
import type { DeliveryLine } from '../support/tower.ts';
import { until } from '../support/until.ts';
import { Aimer } from './aimer.ts';
import { type Proof, prove, type Told } from './prove.ts';
import { Pusher, type Random } from './pusher.ts';
import { type Stage, stage } from './stage.ts';
import { findKill } from './steps.ts';

export interface Torture {
  proof: Proof;
  rounds: number;
  /** How often something was killed, by step: all steps that there are. */
  kills: Map<string, number>;
  /** Steps that nothing was killed at. */
  missed: string[];
}

export interface TortureOptions {
  /** Holds everything; it is the caller's to remove. */
  dir: string;
  rounds: number;
  random: Random;
  /** No round begins after this time. Milliseconds since 1970. */
  end?: number;
  say?: (text: string) => void;
}

/** A worker that was not killed by then is killed where it stands. */
const ROUND_MS = 4_000;
/** Half a request can only be sent when the request is large. */
const HALF_SENT = 'worker: request half sent';
const HEAVY_EVERY = 12;
/** What is owed keeps a worker: it does not come to these by itself soon. */
const LEAVING = ['worker: about to remove its pid file', 'worker: pid file removed, still there'];
/** Now and then a kill comes at any time, from outside. */
const CHANCE_EVERY = 7;

export async function torture(
  t: Pick<Test, 'teardown'>,
  { dir, rounds, random, end = Number.POSITIVE_INFINITY, say = () => {} }: TortureOptions,
): Promise<Torture> {
  const tower = await stage(t, dir);
  const told: Told[] = [];
  const webhooks = await addWebhooks(t, tower, told, random);
  const names = ['acme/app', 'acme/lib', 'solo'];
  const pushers = tower.repositories.map((one, index) => new Pusher(one, names[index]!, random));
  const aimer = new Aimer(random);
  const kills: number[] = [];

  let round = 0;
  while (round < rounds && Date.now() < end) {
    round++;
    const { step, plan } = aimer.choose('worker', 'worker');
    const trace = await tower.killWorker(plan);
    const streams = pushers.map((pusher, index) => stream(tower, pusher, index, aimer, random));
    const byChance = round % CHANCE_EVERY === 0 ? sleep(random() * 3_000) : null;
    if (byChance !== null) await byChance.then(() => endAll(tower, kills));
    await Promise.all(streams);
    // One at least that starts the worker which is to die.
    if (step === HALF_SENT || round % HEAVY_EVERY === 1) await pushers[0]!.pushHeavy();
    else await pushers[round % pushers.length]!.push('watched');
    await comeToEnd(tower, trace, LEAVING.includes(step ?? ''));
    await tower.close();
    await endAll(tower, kills);
    const text = await tower.lastTrace(trace);
    const kill = findKill('worker', text, plan.call) ?? findKill('worker', text, null);
    if (kill !== null) kills.push(kill.at);
    aimer.count(kill);
    aimer.learn('worker', 'worker', plan.only === undefined ? text : '');
    say(`round ${round}: aimed at ${step}, hit ${kill?.step}`);
  }
  await settle(tower, kills);
  const updates = pushers.flatMap(pusher => pusher.updates);
  await writeFile(join(dir, 'what-happened.json'), JSON.stringify({ updates, told, kills }, null, 1));
  const proof = prove(updates, told, webhooks, kills);
  return { proof, rounds: round, kills: aimer.kills, missed: aimer.missed() };
}

/** Two receivers: one that is well, one that refuses or breaks off every fourth delivery at first. */
async function addWebhooks(
  t: Pick<Test, 'teardown'>,
  { belfry }: Stage,
  told: Told[],
  random: Random,
): Promise<string[]> {
  const receives = await receiver(t);
  const refused = new Set<string>();
  for (const webhook of ['/well', '/moody']) {
    const args = ['--all', '--events', 'push,tag_push', '--secret', 'a secret of the test'];
    await belfry.json(['webhook', 'add', receives.url + webhook, ...args]);
    receives.script(webhook, response => {
      // Not kept: there are many, and some are large.
      const request = receives.requests.pop()!;
      const id = headerOf(request, 'X-Belfry-Delivery') ?? '';
      const { ref, before, after, repository } = JSON.parse(request.body.toString('utf8'));
      const taken = webhook === '/well' || refused.has(id) || random() < 0.75;
      const { at } = request;
      told.push({ webhook, id, repository: repository.full_name, ref, from: before, to: after, at, taken });
      if (taken) return answer(200)(response);
      refused.add(id);
      return (random() < 0.5 ? answer(500) : reset)(response);
    });
  }
  // So short that leaving is among the steps.
  await belfry.json(['config', 'set', 'worker.linger', '1']);
  return ['/well', '/moody'];
}

/** Some pushes to one repository, each of which may lose its hook. */
async function stream(
  tower: Stage,
  pusher: Pusher,
  index: number,
  aimer: Aimer,
  random: Random,
): Promise<void> {
  const pushes = 1 + Math.floor(random() * 2);
  for (let i = 0; i < pushes; i++) {
    const lot = random();
    if (lot < 0.08) {
      await pusher.push('none');
      continue;
    }
    if (lot < 0.55) {
      await pusher.push('watched');
      continue;
    }
    const { plan } = aimer.choose('hook', `hook ${index}`);
    const trace = await tower.killHook(index, plan);
    const updates = await pusher.push('watched');
    const text = await tower.lastTrace(trace);
    const kill = findKill('hook', text, plan.call);
    aimer.count(kill);
    aimer.learn('hook', `hook ${index}`, text);
    if (kill !== null) for (const update of updates) update.hook = 'killed';
  }
}

/** Until the watched worker, which may not even have begun, is gone, by its plan or by itself. @param told it is asked to leave, as soon as it lives */
async function comeToEnd(tower: Stage, trace: string, told: boolean): Promise<void> {
  const end = Date.now() + ROUND_MS;
  let asked = !told;
  const gone = () => tower.trace(trace).then(text => /\+\+\+ (killed|exited).*\n$/.test(text.slice(-200)));
  while (Date.now() < end && !(await gone())) {
    const pid = asked ? null : tower.belfry.worker();
    if (pid !== null) asked = ask(pid);
    await sleep(50);
  }
}

function ask(pid: number): true {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has just been killed.
  }
  return true;
}

async function endAll(tower: Stage, kills: number[]): Promise<void> {
  kills.push(Date.now());
  await tower.killAll();
}

/** Lets everything come to rest with nothing but what an admin has: the worker, `scan` and `redeliver`. */
async function settle({ belfry }: Stage, kills: number[]): Promise<void> {
  await belfry.stopWorker();
  await until(
    'everything to be delivered',
    async () => {
      const once = await belfry.run(['worker', '--once']);
      if (once.status !== 0) throw new Error(once.stderr);
      const scanned = await belfry.json<{ outcome: string }[]>(['scan']);
      const waiting = await belfry.json<DeliveryLine[]>([
        'deliveries',
        '--state',
        'pending',
        '--limit',
        '1000',
      ]);
      // A worker may have sent one of them since they were listed: it is then sent again as it was asked to.
      kills.push(Date.now());
      if (waiting.length > 0) await belfry.json(['redeliver', ...waiting.map(one => one.id)]);
      await belfry.stopWorker();
      return waiting.length === 0 && scanned.every(one => one.outcome === 'same');
    },
    { limitMs: 900_000 },
  );
  const lines = await belfry.json<DeliveryLine[]>(['deliveries', '--limit', '100000']);
  const undelivered = lines.filter(one => one.state !== 'delivered');
  if (undelivered.length > 0) throw new Error(`not delivered: ${JSON.stringify(undelivered)}`);
}
