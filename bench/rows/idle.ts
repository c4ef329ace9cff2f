/** A worker that has done its work and waits for more: what it takes in memory, and how often it wakes for nothing. */
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCommits } from '../parts/history.ts';
import { openHome } from '../parts/home.ts';
import type { Row } from '../parts/line.ts';
import { megabytes, wakeUps } from '../parts/process.ts';
import { push } from '../parts/push.ts';
import { openReceiver } from '../parts/receiver.ts';

const MEMORY_BAR_MB = 80;
/** For what the last push left to do. */
const CALM_MS = 10_000;

export const idle: Row = {
  name: 'idle',
  about: 'memory and wake-ups of a worker that waits',
  async run(workshop) {
    const watchMs = workshop.quick ? 10_000 : 30_000;
    const receiver = await openReceiver(workshop);
    const home = await openHome(workshop, 'idle', receiver.urls);
    for (const commit of await makeCommits(home.repository, 10)) {
      await push(home.repository, [`${commit}:refs/heads/main`]);
      await home.settled();
    }
    // Nothing is kept open to it any more: closing that, at its time, would be work and no idling.
    await receiver.close();
    const pid = home.belfry.worker()!;
    const bar = workshop.progress('idle: seconds', (CALM_MS + watchMs) / 1_000);
    const watch = async (ms: number) => {
      for (let second = 0; second < ms / 1_000; second++) {
        await sleep(1_000);
        bar.step();
      }
    };
    await watch(CALM_MS);
    const before = wakeUps(pid);
    await watch(watchMs);
    const woken = wakeUps(pid) - before;
    const memory = megabytes(pid);
    bar.done();
    const line = { what: 'idle worker, after 10 pushes', runs: 1, p95: null, against: '' };
    return [
      {
        ...line,
        which: 'memory (RSS)',
        median: memory,
        unit: 'MB',
        bar: `≤ ${MEMORY_BAR_MB} MB`,
        met: memory <= MEMORY_BAR_MB,
      },
      {
        ...line,
        which: `wake-ups in ${watchMs / 1_000} s`,
        median: woken,
        unit: '',
        bar: 'none',
        met: woken === 0,
      },
    ];
  },
};
