/**
 * The kill matrix: a stream of pushes, hooks and workers that are killed in the middle of it, receivers that sometimes
 * fail; then everything is left to come to rest, and what the receivers were told is compared with what happened.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { answer, reset } from '../support/behaviour.ts';
import { processesOf } from '../support/processes-of.ts';
import { headerOf, receiver } from '../support/receiver.ts';
import type { DeliveryLine } from '../support/tower.ts';
import { until } from '../support/until.ts';
import { type Proof, prove, type Told } from './prove.ts';
import { Pusher, type Random } from './pusher.ts';
import { type Plan, type Stage, stage } from './stage.ts';
import { hookKill, type Kill, workerKill } from './steps.ts';

export interface Torture {
  proof: Proof;
  /** How often something was killed, by step. */
  steps: Map<string, number>;
}

/** Which call, and up to which of its kind: the main thread's counts of a worker that takes in a few pushes. */
const WORKER_PLANS: [call: string, from: number, to: number][] = [
  ['openat', 1, 12],
  ['pwrite64', 1, 90],
  ['fsync', 1, 14],
  ['fsync', 1, 40],
  ['unlink', 1, 1],
  ['unlink', 1, 3],
  ['connect', 1, 3],
  ['writev', 1, 4],
  ['write', 20, 90],
  ['read', 150, 330],
  ['exit_group', 1, 1],
];
const HOOK_PLANS: [call: string, from: number, to: number][] = [
  ['openat', 1, 6],
  ['read', 1, 6],
  ['write', 1, 3],
  ['fsync', 1, 1],
  ['rename', 1, 1],
  ['renameat2', 1, 1],
  ['dup2', 1, 12],
  ['clone', 1, 6],
  ['vfork', 1, 4],
  ['wait4', 1, 6],
  ['execve', 1, 2],
  ['exit_group', 1, 1],
];
/** A worker that was not killed by then is killed where it stands. */
const ROUND_MS = 4_000;

export async function torture(
  t: Pick<Test, 'teardown'>,
  dir: string,
  rounds: number,
  random: Random,
  say: (text: string) => void = () => {},
): Promise<Torture> {
  const tower = await stage(t, dir);
  const told: Told[] = [];
  const webhooks = await addWebhooks(t, tower, told, random);
  const names = ['acme/app', 'acme/lib', 'solo'];
  const pushers = tower.repositories.map((one, index) => new Pusher(one, names[index]!, random));
  const steps = new Map<string, number>();
  const kills: number[] = [];
  const count = (kill: Kill | null) => {
    if (kill === null) return;
    steps.set(kill.step, (steps.get(kill.step) ?? 0) + 1);
  };

  for (let round = 1; round <= rounds; round++) {
    const plan = choose(WORKER_PLANS, random, round);
    const trace = await tower.killWorker(plan);
    const streams = pushers.map((pusher, index) => stream(tower, pusher, index, random, count));
    await Promise.all(streams);
    await comeToEnd(tower, plan, trace, kills, count);
    say(`round ${round} of ${rounds}`);
  }
  await settle(tower);
  const updates = pushers.flatMap(pusher => pusher.updates);
  return { proof: prove(updates, told, webhooks, kills), steps };
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
      const request = receives.requests.at(-1)!;
      const id = headerOf(request, 'X-Belfry-Delivery') ?? '';
      const taken = webhook === '/well' || refused.has(id) || random() < 0.75;
      told.push({ webhook, request, taken });
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
  random: Random,
  count: (kill: Kill | null) => void,
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
    const trace = await tower.killHook(index, choose(HOOK_PLANS, random));
    const updates = await pusher.push('watched');
    const kill = hookKill(await tower.trace(trace));
    count(kill);
    if (kill !== null) for (const update of updates) update.hook = 'killed';
  }
}

/** Until the traced worker is dead, by its plan or by our hand. */
async function comeToEnd(
  tower: Stage,
  { call }: Plan,
  trace: string,
  kills: number[],
  count: (kill: Kill | null) => void,
): Promise<void> {
  const end = Date.now() + ROUND_MS;
  const byPlan = () =>
    tower.trace(trace).then(text => /\+\+\+ (killed|exited)/.test(text.slice(-200)) && text);
  while (Date.now() < end && (await byPlan()) === false && processesOf(tower.belfry.home).length > 0)
    await sleep(50);
  const planned = workerKill(await tower.trace(trace), call);
  if (planned === null || !planned.itself) {
    kills.push(Date.now());
    await tower.killAll();
  }
  const kill = planned ?? workerKill(await tower.trace(trace), null);
  if (kill?.itself) kills.push(kill.at);
  count(kill);
}

/** Lets everything come to rest with nothing but what an admin has: the worker, `scan` and `redeliver`. */
async function settle({ belfry }: Stage): Promise<void> {
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
      if (waiting.length > 0) await belfry.json(['redeliver', ...waiting.map(one => one.id)]);
      await belfry.stopWorker();
      return waiting.length === 0 && scanned.every(one => one.outcome === 'same');
    },
    { limitMs: 120_000 },
  );
  const lines = await belfry.json<DeliveryLine[]>(['deliveries', '--limit', '100000']);
  const undelivered = lines.filter(one => one.state !== 'delivered');
  if (undelivered.length > 0) throw new Error(`not delivered: ${JSON.stringify(undelivered)}`);
}

function choose(plans: [string, number, number][], random: Random, turn?: number): Plan {
  const [call, from, to] =
    plans[turn === undefined ? Math.floor(random() * plans.length) : turn % plans.length]!;
  return { call, when: from + Math.floor(random() * (to - from + 1)) };
}
