/**
 * A home with a million finished deliveries against an empty one: a push (until the prompt is back, and until the request
 * is there), draining, and the list of deliveries. Pushes and lists take turns between the two homes.
 */

import { until } from '../../test/support/until.ts';
import { drainHome, owe } from '../parts/drain-belfry.ts';
import { fillDeliveries } from '../parts/fill.ts';
import { makeCommits } from '../parts/history.ts';
import { type Home, openHome } from '../parts/home.ts';
import type { Line, Row } from '../parts/line.ts';
import { median, p95 } from '../parts/numbers.ts';
import { push } from '../parts/push.ts';
import { openReceiver, type Receiver } from '../parts/receiver.ts';
import { shuffled } from '../parts/shuffled.ts';
import { timeCommand } from '../parts/time-command.ts';
import type { Workshop } from '../parts/workshop.ts';

const BAR = 1.3;
const WARM_UP = 3;

interface Side {
  home: Home;
  receiver: Receiver;
  commits: string[];
  /** Milliseconds. */
  pushed: number[];
  heard: number[];
  listed: number[];
  drained: number[];
}

export const history: Row = {
  name: 'history',
  about: 'a home with 1,000,000 finished deliveries against an empty one',
  async run(workshop) {
    const finished = workshop.quick ? 100_000 : 1_000_000;
    const owed = workshop.quick ? 2_000 : 20_000;
    const rounds = workshop.quick ? 10 : 40;
    const drains = workshop.quick ? 1 : 3;
    const bar = workshop.progress('history: homes, pushes, lists, drains', 2 + rounds * 2 + drains);
    const sides: Side[] = [];
    for (const count of [0, finished]) {
      sides.push(await makeSide(workshop, rounds, count));
      bar.step();
    }
    for (let round = 0; round < WARM_UP + rounds; round++) {
      for (const side of shuffled(sides)) await pushOnce(side, side.commits[round + 1]!, round >= WARM_UP);
      bar.step();
    }
    for (let round = 0; round < rounds; round++) {
      for (const { home, listed } of shuffled(sides))
        listed.push(await timeCommand(home.belfry, ['deliveries']));
      bar.step();
    }
    for (let round = 0; round < drains; round++) {
      for (const side of shuffled(sides)) await drainOnce(side, owed);
      bar.step();
    }
    bar.done();
    return [
      ...compare('git push', finished, sides, side => side.pushed),
      ...compare('git push to the request', finished, sides, side => side.heard),
      ...compare('belfry deliveries', finished, sides, side => side.listed),
      ...compare(`draining ${owed.toLocaleString('en')} deliveries`, finished, sides, side => side.drained),
    ];
  },
};

async function makeSide(workshop: Workshop, rounds: number, finished: number): Promise<Side> {
  const receiver = await openReceiver(workshop);
  const home = await openHome(workshop, 'history', receiver.urls);
  const commits = await makeCommits(home.repository, WARM_UP + rounds + 1);
  await push(home.repository, [`${commits[0]}:refs/heads/main`]);
  await home.settled();
  await home.belfry.stopWorker();
  if (finished > 0) fillDeliveries(home.belfry.home, finished);
  await home.warm();
  return { home, receiver, commits, pushed: [], heard: [], listed: [], drained: [] };
}

async function pushOnce(
  { home, receiver, pushed, heard }: Side,
  commit: string,
  counts: boolean,
): Promise<void> {
  await receiver.forget();
  const { startedAt, took } = await push(home.repository, [`${commit}:refs/heads/main`]);
  const { firstAt } = await until('the request', async () => {
    const received = await receiver.look();
    return received.count > 0 && received;
  });
  await home.settled();
  if (!counts) return;
  pushed.push(took);
  heard.push(firstAt! - startedAt);
}

async function drainOnce({ home, receiver, drained }: Side, owed: number): Promise<void> {
  await home.belfry.stopWorker();
  await receiver.forget();
  // The home's webhook is for every repository.
  await owe(home.store, '/srv/git/bench/history.git', owed);
  const drainedAt = await drainHome(home);
  drained.push(drainedAt - (await receiver.look()).firstAt!);
}

function compare(
  what: string,
  finished: number,
  [empty, full]: Side[],
  of: (side: Side) => number[],
): Line[] {
  const ratio = median(of(full!)) / median(of(empty!));
  const line = (which: string, values: number[]): Line => ({
    what: `${what}, with a history`,
    which,
    runs: values.length,
    median: median(values),
    p95: p95(values),
    unit: 'ms',
    against: '',
    bar: '',
    met: null,
  });
  return [
    line('empty home', of(empty!)),
    {
      ...line(`${finished.toLocaleString('en')} finished deliveries`, of(full!)),
      against: `${ratio.toFixed(2)} × the empty one's`,
      bar: `≤ ${BAR} ×`,
      met: ratio <= BAR,
    },
  ];
}
