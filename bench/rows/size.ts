/** What a delivered delivery takes on disk: real pushes of one commit, to ten webhooks and to one. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { makeCommits } from '../parts/history.ts';
import { openHome } from '../parts/home.ts';
import type { Line, Row } from '../parts/line.ts';
import { push } from '../parts/push.ts';
import { openReceiver } from '../parts/receiver.ts';
import type { Workshop } from '../parts/workshop.ts';

/** Half of what 0.2.0's first schema took. */
const CASES = [
  { webhooks: 10, which: 'an event shared by 10 webhooks', barBytes: 840 },
  { webhooks: 1, which: 'an event of its own', barBytes: 3_000 },
];

export const size: Row = {
  name: 'size',
  about: 'bytes in the database for each delivery',
  async run(workshop) {
    const pushes = workshop.quick ? 40 : 200;
    const bar = workshop.progress('size: pushes', pushes * CASES.length);
    const lines: Line[] = [];
    for (const { webhooks, which, barBytes } of CASES) {
      const bytes = await measure(workshop, webhooks, pushes, bar.step);
      lines.push({
        what: 'database, for each delivered delivery',
        which,
        runs: pushes * webhooks,
        median: bytes,
        p95: null,
        unit: 'B',
        against: '',
        bar: `≤ ${barBytes.toLocaleString('en')} B`,
        met: bytes <= barBytes,
      });
    }
    bar.done();
    return lines;
  },
};

/** What is there before the first of these pushes (tables, patterns) does not count. */
async function measure(
  workshop: Workshop,
  webhooks: number,
  pushes: number,
  step: () => void,
): Promise<number> {
  const receiver = await openReceiver(workshop, { endpoints: webhooks });
  const home = await openHome(workshop, 'size', receiver.urls);
  const [first, ...commits] = await makeCommits(home.repository, pushes + 1);
  const db = new Database(join(home.belfry.home, 'belfry.db'), { readonly: true });
  const send = async (commit: string) => {
    await push(home.repository, [`${commit}:refs/heads/main`]);
    await home.settled();
  };
  await send(first!);
  const before = bytesIn(db);
  for (const commit of commits) {
    await send(commit);
    step();
  }
  const bytes = (bytesIn(db) - before) / (pushes * webhooks);
  db.close();
  await home.belfry.stopWorker();
  await receiver.close();
  return Math.round(bytes);
}

function bytesIn(db: Database.Database): number {
  const pragma = (name: string) => db.pragma(name, { simple: true }) as number;
  return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
}
