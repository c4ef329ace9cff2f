/**
 * One push of 100,000 commits to a branch, from the moment git has moved it (the hook's file is written) until its
 * delivery stands, and the most memory that the worker ever took.
 */
import { makeCommits } from '../parts/history.ts';
import { openHome } from '../parts/home.ts';
import type { Line, Row } from '../parts/line.ts';
import { lookInto } from '../parts/look.ts';
import { median, p95 } from '../parts/numbers.ts';
import { peakMegabytes } from '../parts/process.ts';
import { push } from '../parts/push.ts';
import { openReceiver } from '../parts/receiver.ts';

const COMMITS = 100_000;
const BAR_MS = 2_000;
const MEMORY_BAR_MB = 200;

export const commits: Row = {
  name: 'commits',
  about: 'one push of 100,000 commits',
  async run(workshop) {
    const runs = workshop.quick ? 1 : 5;
    const { urls } = await openReceiver(workshop);
    const took: number[] = [];
    const memory: number[] = [];
    const bar = workshop.progress('commits: pushes', runs);
    for (let run = 0; run < runs; run++) {
      const home = await openHome(workshop, 'commits', urls);
      const look = lookInto(home);
      const made = await makeCommits(home.repository, COMMITS + 1);
      await push(home.repository, [`${made[0]}:refs/heads/main`]);
      await home.settled();
      const wanted = look.count() + 1;
      await push(home.repository, [`${made.at(-1)}:refs/heads/main`]);
      took.push((await look.stands(wanted)) - look.pushedAt());
      await home.settled();
      memory.push(peakMegabytes(home.belfry.worker()!));
      look.close();
      await home.belfry.stopWorker();
      bar.step();
    }
    bar.done();
    const line = (which: string, values: number[], unit: Line['unit'], most: number): Line => ({
      what: `one push of ${COMMITS.toLocaleString('en')} commits`,
      which,
      runs: values.length,
      median: median(values),
      p95: p95(values),
      unit,
      against: '',
      bar: `≤ ${most.toLocaleString('en')} ${unit}`,
      met: (unit === 'MB' ? Math.max(...values) : median(values)) <= most,
    });
    return [
      line('until the delivery stands', took, 'ms', BAR_MS),
      line('most memory of the worker', memory, 'MB', MEMORY_BAR_MB),
    ];
  },
};
