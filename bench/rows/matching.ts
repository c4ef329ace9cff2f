/**
 * Finding the webhooks of a push among very many, and writing down what they are owed: the part of the worker's
 * transaction that could grow with their number, without the file sync at its end. Each time another repository.
 */

import { join } from 'node:path';
import { openDatabase } from '../../src/store/database.ts';
import { eventRecorder } from '../../src/store/events.ts';
import { deliveriesOf } from '../../src/webhooks/deliveries-for.ts';
import { register } from '../../test/store/samples.ts';
import { samplePush } from '../../test/support/sample-events.ts';
import { fillWebhooks, OTHERS } from '../parts/fill.ts';
import { openHome } from '../parts/home.ts';
import type { Row } from '../parts/line.ts';
import { median, p95 } from '../parts/numbers.ts';

const BAR_MS = 2;
/** What counts as the same. */
const SAME = 1.3;
const HOMES = [
  { size: 10, filters: false },
  { size: 100_000, filters: false },
  { size: 1_000_000, filters: false },
  { size: 1_000_000, filters: true },
];
/** Every one of them says yes, so that none is spared by another. */
const FILTERS = `update webhook set repos = '["acme/*","!acme/secret"]', branches = '["!wip/**"]', tags = '["v*"]',
  paths = '["src/**","!src/vendor/**"]', pushers = '["!*-bot"]', skip_ci = 1`;

const OCCASION = { pusher: 'alice', options: [], skip: 'off' } as const;

export const matching: Row = {
  name: 'matching',
  about: 'finding the webhooks of a push among 1,000,000',
  async run(workshop) {
    const rounds = workshop.quick ? 200 : 2_000;
    const took = HOMES.map(() => [] as number[]);
    const bar = workshop.progress('matching: homes and rounds', HOMES.length * 2);
    const homes = [];
    for (const { size, filters } of HOMES) {
      const { belfry, store } = await openHome(workshop, 'matching', ['http://127.0.0.1/everything']);
      const { id } = await register(store, '/srv/git/bench/app.git', Date.now());
      store.close();
      fillWebhooks(belfry.home, size);
      const db = openDatabase(join(belfry.home, 'belfry.db'));
      workshop.teardown(() => db.close());
      if (filters) db.exec(FILTERS);
      homes.push({ db, record: eventRecorder(db), id, size });
      bar.step();
    }
    for (const { db } of homes) {
      // Repositories that are only numbers will do; and nothing is kept.
      db.pragma('foreign_keys = off');
      db.exec('begin immediate');
    }
    for (let round = 0; round < rounds; round++) {
      for (const [n, { record, size }] of homes.entries()) {
        const other = 1 + Math.floor(Math.random() * size);
        const repository = { id: OTHERS + other, company: `company-${Math.ceil(other / 10)}`, root: '/' };
        const events = [samplePush()];
        const started = performance.now();
        record(repository, null, events, deliveriesOf(OCCASION), Date.now());
        took[n]!.push(performance.now() - started);
      }
    }
    bar.done();
    for (const { db } of homes) db.exec('rollback');
    return HOMES.map(({ size, filters }, n) => {
      const ratio = median(took[n]!) / median(took[1]!);
      return {
        what: 'finding the webhooks of a push, and what they are owed',
        which: `among ${size.toLocaleString('en')}${filters ? ', each with all filters' : ''}`,
        runs: rounds,
        median: median(took[n]!),
        p95: p95(took[n]!),
        unit: 'ms' as const,
        against: n === 1 ? '' : `${ratio.toFixed(2)} × that among 100,000`,
        bar: n === 0 ? '' : n === 2 ? `≤ ${BAR_MS} ms and the same (≤ ${SAME} ×)` : `≤ ${BAR_MS} ms`,
        met: n === 0 ? null : median(took[n]!) <= BAR_MS && (n !== 2 || ratio <= SAME),
      };
    });
  },
};
