/** All repositories are compared a few at a time: what hangs, and what is broken, holds up none of the others. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { scanAll } from '../../src/announce/scan-all.ts';
import { register } from '../store/samples.ts';
import { clockwork } from '../support/clockwork.ts';
import { gitsIn, letGitHang } from '../support/gits-in.ts';
import { must } from '../support/run.ts';
import { until } from '../support/until.ts';

t.test('one whose git hangs, one that is broken, one that is refused, and the rest', async t => {
  const { dir, repository, store, settings, now, webhook } = await clockwork(t);
  await webhook('/hook');
  await repository.commit();
  const names = ['a-hangs', 'b-broken', 'c-refused', 'd', 'e', 'f', 'g'];
  for (const name of names) {
    const path = join(dir, 'root', 'acme', `${name}.git`);
    await must('git', ['clone', '-q', '--bare', repository.work, path], { env: repository.env });
    const row = await register(store, path, now());
    await store.ledger.setBaseline(row.id, now());
  }
  const pathOf = (name: string) => join(dir, 'root', 'acme', `${name}.git`);
  await rm(join(pathOf('b-broken'), 'objects'), { recursive: true });
  const makeWell = await letGitHang(pathOf('a-hangs'));
  const said: string[] = [];
  let recorded = 0;
  const all = scanAll({
    store,
    settings,
    now,
    grace: 1,
    underWay: async () => new Set(),
    log: (level, message) => void said.push(`${level} ${message}`),
    onRecorded: () => void recorded++,
    refusal: async directory => (directory === pathOf('c-refused') ? 'not this one' : null),
    stopping: () => false,
  });
  await until('git to hang', () => gitsIn(pathOf('a-hangs')).length > 0);
  await until('the others to be announced', () => recorded === 4);
  t.ok(gitsIn(pathOf('a-hangs')).length > 0, 'while it hangs');
  t.equal(await store.ledger.scannedAt(), 0, 'and the scan is not over');
  makeWell();
  const outcomes = (await all).map(one => [one.repository, one.outcome]);
  t.strictSame(outcomes, [
    ['acme/a-hangs', 'unreadable'],
    ['acme/b-broken', 'unreadable'],
    ['acme/d', 'recovered'],
    ['acme/e', 'recovered'],
    ['acme/f', 'recovered'],
    ['acme/g', 'recovered'],
  ]);
  t.ok(said.includes('error acme/c-refused: not this one'));
  t.equal(await store.ledger.scannedAt(), now());
});

t.test(
  'told to stop it begins no other, and does not count as done; without repositories it is done',
  async t => {
    const { repository, store, settings, now } = await clockwork(t);
    const deps = {
      store,
      settings,
      now,
      grace: 1,
      underWay: async () => new Set<string>(),
      log: () => {},
      onRecorded: () => {},
    };
    t.strictSame(await scanAll({ ...deps, stopping: () => false }), []);
    t.equal(await store.ledger.scannedAt(), now());
    await store.ledger.setScanned(0);
    await register(store, repository.path, now());
    t.strictSame(await scanAll({ ...deps, stopping: () => true }), []);
    t.equal(await store.ledger.scannedAt(), 0);
  },
);
