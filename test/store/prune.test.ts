import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import { QUEUE_RULES } from '../../src/delivery/decide.ts';
import { digestsOf, type WaitingMessage } from '../../src/kinds/merge-waiting.ts';
import { defaultSettings } from '../../src/settings/settings.ts';
import type { Store } from '../../src/store/store.ts';
import { houseKeeping } from '../../src/worker/housekeeping.ts';
import { matches } from '../support/matches.ts';
import { samplePush } from '../support/sample-events.ts';
import { branches, claim, failure, NOW, outcome, recordPush, sampleWebhook, settle } from './samples.ts';
import { openTestStore } from './stage.ts';

const DAY = 86_400_000;

function clean(store: Store, at: number, settings = {}) {
  return houseKeeping(store, { ...defaultSettings('host'), ...settings }, at, () => false);
}

function counts(home: string) {
  const db = new Database(join(home, 'belfry.db'), { readonly: true });
  const count = (table: string) => db.prepare(`select count(*) from ${table}`).pluck().get();
  const result = {
    push: count('push'),
    event: count('event'),
    delivery: count('delivery'),
    attempt: count('attempt'),
  };
  db.close();
  return result;
}

t.test(
  'by age: what is finished goes with its attempts, its events and its push; the log keeps the rest',
  async t => {
    const { home, store } = openTestStore(t);
    const { id } = await store.webhooks.add(sampleWebhook({ branches: ['!silent'] }), '', NOW);
    await recordPush(store, branches('old', 'silent'), { at: NOW });
    await recordPush(store, branches('new'), { at: NOW + DAY });
    for (const job of await claim(store, id)) await settle(store, [outcome(job)]);
    t.same(counts(home), { push: 2, event: 3, delivery: 2, attempt: 2 });
    t.equal(await clean(store, NOW + 30 * DAY), 0, 'not on the day itself');
    t.equal(await clean(store, NOW + 30 * DAY + 1), 4, 'a delivery, two events, a push');
    t.same(counts(home), { push: 1, event: 1, delivery: 1, attempt: 1 });
    matches(t, await store.deliveries.list({ limit: 9 }), [{ ref: 'refs/heads/new' }]);
    t.equal(await clean(store, NOW + 30 * DAY + 1), 0);
    t.equal(await clean(store, NOW + 40 * DAY, { 'keep.days': 36_500 }), 0);
  },
);

t.test('what is owed stays, however old; what is held goes by age', async t => {
  const { home, store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
  const { id: off } = await store.webhooks.add(sampleWebhook(), '', NOW);
  await recordPush(store, branches('first', 'retry', 'sending', 'failed'));
  const [first, retry, sending, failed] = await claim(store, id);
  await settle(store, [failure(retry!, NOW + 99 * DAY), outcome(failed!, { state: 'failed', health: null })]);
  await store.queue.turn({ settlements: [], claims: [], released: [first!.seq] }, QUEUE_RULES, NOW);
  await store.webhooks.disable(off, NOW);
  await clean(store, NOW + 365 * DAY, { 'keep.deliveries': 0 });
  t.same(
    (await store.deliveries.list({ limit: 9 })).reverse().map(one => [one.id, one.state]),
    [
      [first!.id, 'pending'],
      [retry!.id, 'pending'],
      [sending!.id, 'sending'],
    ],
  );
  t.equal(counts(home).push, 1);
  t.equal((await store.deliveries.show(sending!.id)).event, 'push', 'their events are still there');
});

t.test('by number: the oldest finished ones go first, and neither what is owed nor what is held', async t => {
  const { store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
  const { id: off } = await store.webhooks.add(sampleWebhook({ branches: ['a'] }), '', NOW);
  await recordPush(store, branches('a'));
  await store.webhooks.disable(off, NOW);
  await recordPush(store, branches('b', 'c', 'd', 'e', 'f'));
  const jobs = await claim(store, id, { firsts: 5 });
  await settle(store, [failure(jobs[1]!, NOW + DAY), ...[0, 2, 3, 4].map(n => outcome(jobs[n]!))]);
  await clean(store, NOW + 1, { 'keep.deliveries': 3 });
  t.same(
    (await store.deliveries.list({ limit: 9 })).reverse().map(one => [one.ref, one.state]),
    [
      ['refs/heads/a', 'held'],
      ['refs/heads/b', 'pending'],
      ['refs/heads/d', 'delivered'],
      ['refs/heads/e', 'delivered'],
      ['refs/heads/f', 'pending'],
    ],
  );
});

t.test('an event that a robot’s message still carries stays, although its own delivery is gone', async t => {
  const { home, store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
  const url = 'https://hooks.slack.com/services/T/B/x';
  const { id: robot } = await store.webhooks.add(sampleWebhook({ kind: 'slack', url }), '', NOW);
  await recordPush(store, branches('a', 'b', 'c'));
  for (const job of await claim(store, id)) await settle(store, [outcome(job)]);
  await clean(store, NOW + 99 * DAY, { 'keep.deliveries': 0 });
  t.equal(counts(home).delivery, 1);
  const [message] = await claim(store, robot);
  t.same(
    message!.events.map(event => JSON.parse(event.data).ref),
    ['refs/heads/a', 'refs/heads/b', 'refs/heads/c'],
  );
  await settle(store, [outcome(message!)]);
  await clean(store, NOW + 99 * DAY, { 'keep.deliveries': 0 });
  t.same(counts(home), { push: 0, event: 0, delivery: 0, attempt: 0 });
});

t.test('the events of a digest stay as long as it is owed, whatever push they came with', async t => {
  const { home, store } = openTestStore(t);
  const url = 'https://hooks.slack.com/services/T/B/x';
  const { id: robot } = await store.webhooks.add(sampleWebhook({ kind: 'slack', url }), '', NOW);
  await recordPush(store, branches('a', 'b'));
  await recordPush(store, branches('c'));
  await recordPush(store, branches('d'));
  const whole = (waiting: WaitingMessage[]) => digestsOf([waiting]);
  await store.robots.merge(robot, whole, NOW);
  await clean(store, NOW + 99 * DAY, { 'keep.deliveries': 0 });
  const [digest] = await claim(store, robot);
  t.match(digest, { digest: true });
  t.same(
    digest!.events.map(event => JSON.parse(event.data).ref),
    ['refs/heads/a', 'refs/heads/b', 'refs/heads/c', 'refs/heads/d'],
  );
  await settle(store, [outcome(digest!)]);
  await clean(store, NOW + 99 * DAY, { 'keep.deliveries': 0 });
  await clean(store, NOW + 99 * DAY, { 'keep.deliveries': 0 });
  t.same(counts(home), { push: 0, event: 0, delivery: 0, attempt: 0 });
});

t.test('in batches, one transaction each, and it stops between them when it is told to', async t => {
  const { home, store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
  const event = samplePush();
  await recordPush(
    store,
    Array.from({ length: 1_700 }, () => event),
  );
  const jobs = await claim(store, id, { firsts: 2_000 });
  await settle(
    store,
    jobs.map(job => outcome(job)),
  );
  let steps = 0;
  const { step } = store.prune;
  store.prune.step = (...args) => {
    steps++;
    return step(...args);
  };
  let asked = 0;
  const settings = defaultSettings('host');
  await houseKeeping(store, settings, NOW + 31 * DAY, () => ++asked > 2);
  t.equal(steps, 2);
  t.equal(counts(home).delivery, 700, '500 at a time');
  const before = statSync(join(home, 'belfry.db')).size;
  await houseKeeping(store, settings, NOW + 31 * DAY, () => false);
  t.same(counts(home), { push: 0, event: 0, delivery: 0, attempt: 0 });
  t.ok(statSync(join(home, 'belfry.db')).size < before / 2, 'the file shrinks');
});
