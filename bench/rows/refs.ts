/**
 * One push of many refs, from the moment git has moved them (the hook's file is written) until all deliveries stand: first
 * new branches, then the same branches moved by one commit each, each by a worker of its own. And the most memory that
 * such a worker took until all was delivered.
 */

import { must } from '../../test/support/run.ts';
import { makeCommits } from '../parts/history.ts';
import { openHome } from '../parts/home.ts';
import type { Line, Row } from '../parts/line.ts';
import { lookInto } from '../parts/look.ts';
import { median, p95 } from '../parts/numbers.ts';
import { peakMegabytes } from '../parts/process.ts';
import { push } from '../parts/push.ts';
import { openReceiver } from '../parts/receiver.ts';
import type { Workshop } from '../parts/workshop.ts';

const CASES = [
  { count: 300, barMs: 1_000, webhooks: [1, 10] },
  { count: 10_000, barMs: 20_000, webhooks: [1, 10] },
  { count: 50_000, barMs: 10_000, webhooks: [1], isLong: true },
];
const MEMORY_BAR_MB = 300;

interface Measured {
  created: number[];
  moved: number[];
  memory: number[];
}

export const refs: Row = {
  name: 'refs',
  about: 'one push of 300, of 10,000 and of 50,000 refs',
  async run(workshop) {
    const runs = workshop.quick ? 1 : 3;
    const lines: Line[] = [];
    const cases = CASES.filter(({ isLong }) => !(isLong && workshop.quick)).flatMap(one =>
      one.webhooks.map(webhooks => ({ ...one, webhooks })),
    );
    const bar = workshop.progress('refs: pushes', cases.length * runs);
    for (const { count, barMs, webhooks } of cases) {
      const measured: Measured = { created: [], moved: [], memory: [] };
      for (let run = 0; run < runs; run++) {
        await measure(workshop, count, webhooks, measured);
        bar.step();
      }
      lines.push(...toLines(count, webhooks, barMs, measured));
    }
    bar.done();
    return lines;
  },
};

async function measure(workshop: Workshop, count: number, webhooks: number, into: Measured): Promise<void> {
  const receiver = await openReceiver(workshop, { endpoints: webhooks });
  const home = await openHome(workshop, 'refs', receiver.urls);
  const { repository } = home;
  const look = lookInto(home);
  const commits = await makeCommits(repository, count + 1);
  await push(repository, [`${commits[0]}:refs/heads/main`]);
  await home.settled();

  const pushAll = async (): Promise<number> => {
    const wanted = look.count() + count * webhooks;
    await push(repository, ['+refs/heads/many/*:refs/heads/many/*']);
    const took = (await look.stands(wanted)) - look.pushedAt();
    await home.settled();
    into.memory.push(peakMegabytes(home.belfry.worker()!));
    return took;
  };
  const point = (shift: number) =>
    must('git', ['update-ref', '--stdin'], {
      cwd: repository.work,
      env: repository.env,
      stdin: Array.from(
        { length: count },
        (_, n) => `update refs/heads/many/${n} ${commits[n + shift]}\n`,
      ).join(''),
    });
  await point(0);
  into.created.push(await pushAll());
  await home.belfry.stopWorker();
  await home.warm();
  await point(1);
  into.moved.push(await pushAll());
  look.close();
  await home.belfry.stopWorker();
  await receiver.close();
}

function toLines(
  count: number,
  webhooks: number,
  barMs: number,
  { created, moved, memory }: Measured,
): Line[] {
  const to = `${webhooks} webhook${webhooks > 1 ? 's' : ''}`;
  const line = (which: string, values: number[], unit: Line['unit'], most: number): Line => ({
    what: `one push of ${count.toLocaleString('en')} refs`,
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
    line(`${to}: new branches, until all deliveries stand`, created, 'ms', barMs),
    line(`${to}: branches moved, until all deliveries stand`, moved, 'ms', barMs),
    line(`${to}: most memory of the worker`, memory, 'MB', MEMORY_BAR_MB),
  ];
}
