/**
 * How soon a receiver hears of a push: from the start of `git push` until the head of the request is there, the worker
 * warm and cold, against the bash + curl hook. Git's own part of it, a push without a hook, is measured beside it.
 */

import { until } from '../../test/support/until.ts';
import { withHook } from '../parts/foreign-hook.ts';
import { makeCommits } from '../parts/history.ts';
import { openHome } from '../parts/home.ts';
import type { Line, Row } from '../parts/line.ts';
import { median, p95 } from '../parts/numbers.ts';
import { push } from '../parts/push.ts';
import { openReceiver } from '../parts/receiver.ts';
import { shuffled } from '../parts/shuffled.ts';

const WARM_BAR_MS = 60;
const WARM_BAR_RATIO = 2;
const COLD_BAR_MS = 350;

/** The first pushes make the branch and fill the caches. */
const WARM_UP = 3;

export const latency: Row = {
  name: 'latency',
  about: 'from the start of git push to the request at the receiver',
  async run(workshop) {
    const receiver = await openReceiver(workshop);
    const [warm, cold] = [
      await openHome(workshop, 'warm', receiver.urls),
      await openHome(workshop, 'cold', receiver.urls),
    ];
    const contenders = [
      { repository: await withHook(workshop, 'curl.sh', receiver.urls[0]), took: [] as number[] },
      { repository: warm.repository, home: warm, before: warm.warm, took: [] as number[] },
      {
        repository: cold.repository,
        home: cold,
        before: () => cold.belfry.stopWorker(),
        took: [] as number[],
      },
    ];
    const rounds = WARM_UP + (workshop.quick ? 10 : 50);
    const commits = new Map<unknown, string[]>();
    for (const one of contenders) commits.set(one, await makeCommits(one.repository, rounds));

    const bar = workshop.progress('latency: pushes', rounds * contenders.length);
    for (let round = 0; round < rounds; round++) {
      for (const one of shuffled(contenders)) {
        await one.before?.();
        await receiver.forget();
        const pushed = await push(one.repository, [`${commits.get(one)![round]}:refs/heads/main`]);
        const { firstAt } = await until('the request', async () => {
          const received = await receiver.look();
          return received.count > 0 && received;
        });
        await one.home?.settled();
        if (round >= WARM_UP) one.took.push(firstAt! - pushed.startedAt);
        bar.step();
      }
    }
    bar.done();
    return lines(contenders.map(one => one.took));
  },
};

function lines([curl, warm, cold]: number[][]): Line[] {
  const line = (which: string, took: number[], bar: string, met: boolean | null): Line => ({
    what: 'git push to the request at the receiver',
    which,
    runs: took.length,
    median: median(took),
    p95: p95(took),
    unit: 'ms',
    against: took === curl ? '' : `${(median(took) / median(curl!)).toFixed(2)} × curl's`,
    bar,
    met,
  });
  const soon = median(warm!) <= WARM_BAR_MS && median(warm!) <= WARM_BAR_RATIO * median(curl!);
  return [
    line('bash + curl + openssl', curl!, '', null),
    line('belfry, worker warm', warm!, `≤ ${WARM_BAR_MS} ms, ≤ ${WARM_BAR_RATIO} × curl's`, soon),
    line('belfry, worker cold', cold!, `≤ ${COLD_BAR_MS} ms`, median(cold!) <= COLD_BAR_MS),
  ];
}
