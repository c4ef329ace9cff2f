/** Another process's lock: operations wait for it, the process that waits goes on, and what waited is done once. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import type { EventContent } from '../../src/gitee/event.ts';
import { openStoreAsync } from '../../src/store/sqlite.ts';
import { branches, claim, recordPush, sampleWebhook } from './samples.ts';
import { MIGRATIONS, openTestStore } from './stage.ts';

const NOW = 1_000_000;
/** Long against every pause between two tries. */
const LOCKED_MS = 400;

/** Another connection is another process to SQLite. @param how `all`: against readers too, if nobody else has it open */
function lock(t: Test, home: string, how: 'writers' | 'all') {
  const other = new Database(join(home, 'belfry.db'));
  t.teardown(() => other.close());
  if (how === 'all') other.pragma('locking_mode = exclusive');
  other.exec('begin exclusive; update setting set value = value');
  return { release: () => void other.close() };
}

/** The longest time for which timers have stood still. */
function watchLoop(t: Test) {
  let longest = 0;
  let ticks = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    ticks++;
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);
  t.teardown(() => clearInterval(timer));
  return { longest: () => longest, ticks: () => ticks };
}

t.test('every operation of the store can be tried again: each is one async function', async t => {
  const { store } = openTestStore(t);
  const { migrated: _migrated, note: _note, close: _close, ...parts } = store;
  let operations = 0;
  for (const [part, some] of Object.entries(parts)) {
    for (const [name, operation] of Object.entries(some)) {
      operations++;
      t.equal(operation.constructor.name, 'AsyncFunction', `${part}.${name}`);
    }
  }
  t.ok(operations > 60, `${operations} operations`);
});

t.test('locked: what waits is done when the lock is gone, and the loop runs on', async t => {
  const { home, store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
  const loop = watchLoop(t);
  const held = lock(t, home, 'writers');
  let done = 0;
  const waiting = [
    recordPush(store, branches('main', 'next')),
    store.settings.set('keep.days', '3'),
    store.webhooks.rotate(id, 'new secret', { until: NOW + 10, tokenFrom: NOW + 10 }, NOW),
    store.key.rotate(NOW),
    store.prune.step({ deliveries: 0, events: 0 }, 1, 10),
  ].map(one => one.then(() => done++));
  await sleep(LOCKED_MS);
  t.equal(done, 0);
  t.ok(loop.ticks() > 10, `${loop.ticks()} ticks of a timer meanwhile`);
  t.ok(loop.longest() < LOCKED_MS / 2, `at most ${loop.longest()} ms between two of them`);
  held.release();
  await Promise.all(waiting);
  t.equal((await claim(store, id)).length, 2, 'recorded once');
  t.equal((await store.webhooks.target(id)).secret, 'new secret');
  t.equal((await store.settings.all()).get('keep.days'), '3');
});

t.test('reading needs no wait as long as only writers are locked out', async t => {
  const { home, store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
  const held = lock(t, home, 'writers');
  t.equal((await store.webhooks.target(id)).secret, 'a secret of the test');
  held.release();
});

t.test('a lock that stays: after its time an operation says so, having done nothing', async t => {
  const { home, store } = openTestStore(t);
  const impatient = await openStoreAsync({ home, migrations: MIGRATIONS, busyMs: 60, opening: 'upgrade' });
  t.teardown(() => impatient.close());
  const held = lock(t, home, 'writers');
  await t.rejects(impatient.settings.set('keep.days', '3'), { code: 'database', transient: true });
  held.release();
  t.strictSame([...(await store.settings.all())], []);
});

t.test('what fails for another reason fails at once', async t => {
  const { store } = openTestStore(t);
  let tried = 0;
  const events = {
    [Symbol.iterator]: (): never => {
      tried++;
      throw new Error('no');
    },
  };
  await t.rejects(recordPush(store, events as unknown as EventContent[]), { message: 'no' });
  t.equal(tried, 1);
});

t.test('whatever an operation fails with says so in words of the port', async t => {
  const { home, store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), 'x', NOW);
  const db = new Database(join(home, 'belfry.db'));
  db.exec(`create trigger strict_now before update on webhook begin select raise(abort, 'not today'); end`);
  db.close();
  await t.rejects(store.webhooks.disable(id, NOW), {
    name: 'BelfryError',
    code: 'refused',
    message: `${join(home, 'belfry.db')}: not today (SQLITE_CONSTRAINT_TRIGGER)`,
    transient: false,
  });
});

t.test('opening a home waits for a lock too, and the loop runs on', async t => {
  const { home, store } = openTestStore(t);
  store.close();
  const loop = watchLoop(t);
  const held = lock(t, home, 'all');
  const opening = openStoreAsync({ home, migrations: MIGRATIONS, opening: 'upgrade' });
  const early = await Promise.race([opening, sleep(LOCKED_MS, 'locked')]);
  t.equal(early, 'locked');
  t.ok(loop.ticks() > 10, `${loop.ticks()} ticks of a timer meanwhile`);
  held.release();
  const opened = await opening;
  t.strictSame(await opened.webhooks.list(), []);
  opened.close();

  const again = lock(t, home, 'all');
  await t.rejects(openStoreAsync({ home, migrations: MIGRATIONS, busyMs: 60, opening: 'upgrade' }), {
    code: 'database',
    hint: 'Another process has locked the database; try again when it is done.',
  });
  again.release();
});
