/** How deliveries are sent: their order, their room, the dispatcher's sleep, and what a crash leaves behind. */
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { QUEUE_RULES } from '../../src/delivery/decide.ts';
import { createDispatcher, sleepTime } from '../../src/delivery/dispatcher.ts';
import { openTestStore } from '../store/stage.ts';
import { answer, onHold } from '../support/behaviour.ts';
import { matches } from '../support/matches.ts';
import { headerOf } from '../support/receiver.ts';
import { samplePush } from '../support/sample-events.ts';
import { until } from '../support/until.ts';
import { deliveryStage } from './stage.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

t.test('first attempts with one order key go one after the other, in order; others go meanwhile', async t => {
  const stage = await deliveryStage(t);
  const { receiver } = stage;
  await stage.webhook('/hook');
  const held = onHold();
  receiver.script('/hook', held.behaviour);
  for (const after of ['1', '2', '3']) await stage.push(samplePush({ after: after.repeat(40) }));
  await stage.pushTo('other');
  await receiver.received(2);
  const bodies = () =>
    receiver.requests.map(({ body }) => {
      const { ref, after } = JSON.parse(body.toString());
      return `${ref} ${after[0]}`;
    });
  t.same(bodies().sort(), ['refs/heads/main 1', `refs/heads/other ${bodies().at(-1)!.at(-1)}`]);
  held.release();
  await stage.rest();
  t.same(
    bodies().filter(line => line.includes('main')),
    ['refs/heads/main 1', 'refs/heads/main 2', 'refs/heads/main 3'],
  );
});

t.test('at most the room at once for one webhook, and another webhook has its own', async t => {
  const stage = await deliveryStage(t, { settings: { 'delivery.concurrency': 3 } });
  const { receiver } = stage;
  await stage.webhook('/slow');
  await stage.webhook('/quick');
  const held = onHold();
  receiver.script('/slow', held.behaviour);
  await stage.pushTo(...Array.from({ length: 20 }, (_, n) => `b${n}`));
  await receiver.received(20, { path: '/quick' });
  await receiver.received(3, { path: '/slow' });
  t.equal(receiver.at('/slow').length, 3);
  t.equal(held.waiting(), 3);
  held.release();
  await stage.rest();
  t.equal(receiver.at('/slow').length, 20);
  t.same(
    receiver.at('/slow').map(({ body }) => JSON.parse(body.toString()).ref),
    Array.from({ length: 20 }, (_, n) => `refs/heads/b${n}`),
    'in the order of the push',
  );
});

t.test('bodies too large to be in memory together go out one after the other', async t => {
  const stage = await deliveryStage(t);
  await stage.webhook('/first');
  await stage.webhook('/second');
  const compare = 'x'.repeat(5_000_000);
  const names = Array.from({ length: 6 }, (_, n) => `refs/heads/b${n}`);
  await stage.push(...names.map(ref => samplePush({ ref, compare })));
  await stage.rest();
  for (const path of ['/first', '/second']) {
    t.same(
      stage.receiver
        .at(path)
        .map(({ body }) => JSON.parse(body.toString()).ref)
        .sort(),
      names,
    );
  }
});

t.test('a retry that is due does not wait until a long queue of others has gone out', async t => {
  // Few connections: Node's server accepts one in a turn of its loop, and the retry's is the last one.
  const stage = await deliveryStage(t, { settings: { 'delivery.concurrency': 1 } });
  const { receiver } = stage;
  await stage.webhook('/bad', { branches: ['late'] });
  receiver.script('/bad', answer(500));
  await stage.pushTo('late');
  await stage.rest();
  for (let n = 0; n < 30; n++) await stage.webhook('/good');
  await stage.pushTo(...Array.from({ length: 100 }, (_, n) => `b${n}`));
  await receiver.received(200, { path: '/good' });
  stage.setClock(stage.now() + 10 * SECOND);
  await receiver.received(2, { path: '/bad' });
  const sent = receiver.at('/good').length;
  t.ok(sent < 2_000, `${sent} of 3,000 others had been sent when it came`);
  await stage.rest();
});

t.test(
  'retries of a webhook that hangs hold up neither its own first attempts nor those of another',
  async t => {
    const stage = await deliveryStage(t, { settings: { 'delivery.concurrency': 4 } });
    const { receiver } = stage;
    await stage.webhook('/bad');
    await stage.webhook('/good');
    receiver.script('/bad', answer(500));
    await stage.pushTo('a', 'b', 'c', 'd', 'e', 'f');
    await stage.rest();
    const hangs = onHold();
    receiver.script('/bad', hangs.behaviour);
    stage.setClock(stage.now() + 10 * SECOND);
    await stage.pushTo('g');
    await receiver.received(8, { path: '/bad' });
    await receiver.received(7, { path: '/good' });
    const last = receiver.at('/bad').map(({ body }) => JSON.parse(body.toString()).ref);
    t.ok(last.includes('refs/heads/g'), 'a quarter of the room is for retries, the rest for first attempts');
    t.equal(last.length, 8, 'six that failed, one retry that hangs, one first attempt');
    hangs.release();
  },
);

t.test('a due retry without room does not keep the loop turning', async t => {
  const stage = await deliveryStage(t, { settings: { 'delivery.concurrency': 4 } });
  const { receiver, counts } = stage;
  await stage.webhook('/hook');
  receiver.script('/hook', answer(500));
  await stage.pushTo('a', 'b', 'c');
  await stage.rest();
  const held = onHold();
  receiver.script('/hook', held.behaviour);
  stage.setClock(stage.now() + 10 * SECOND);
  await stage.pushTo('d');
  await receiver.received(5);
  const before = { ...counts };
  await sleep(200);
  t.ok(counts.turns - before.turns <= 2, `${counts.turns - before.turns} turns while nothing could be done`);
  t.ok(counts.looks - before.looks <= 2, `${counts.looks - before.looks} looks at the queue`);
  held.release();
  await stage.rest();
  await until('the retries to be over', async () =>
    (await stage.deliveries()).every(one => one.state === 'delivered'),
  );
});

t.test('a robot that must wait does not keep the loop turning', async t => {
  const stage = await deliveryStage(t);
  const { receiver, counts } = stage;
  await stage.webhook('/robot/send?access_token=0123456789abcdef', {
    kind: 'dingtalk',
    secret: null,
    auth: 'none',
  });
  receiver.script('/robot/send', answer(200, { body: '{"errcode":130101,"errmsg":"send too fast"}' }));
  await stage.pushTo('a');
  await receiver.received(1);
  await until('the verdict', async () => (await stage.deliveries())[0]!.attempts === 1);
  const [waits] = await stage.deliveries();
  t.match(waits, { state: 'pending', attempts: 1 });
  stage.setClock(waits!.next_attempt_at!);
  await stage.pushTo('b');
  await sleep(50);
  const before = { ...counts };
  await sleep(200);
  t.ok(counts.turns - before.turns <= 2, `${counts.turns - before.turns} turns`);
  t.ok(counts.looks - before.looks <= 2, `${counts.looks - before.looks} looks`);
});

t.test('410 stops what was claimed already: it is held, not sent and not failed', async t => {
  const stage = await deliveryStage(t, { settings: { 'delivery.concurrency': 1 } });
  const { receiver, store } = stage;
  const id = await stage.webhook('/gone');
  receiver.script('/gone', answer(410));
  await stage.pushTo('a', 'b', 'c');
  await stage.rest();
  t.equal(receiver.requests.length, 1);
  t.same(
    (await stage.deliveries()).map(one => one.state),
    ['failed', 'held', 'held'],
  );
  matches(t, stage.log, [
    `warn webhook ${id} is disabled, 2 deliveries held: The receiver says that it is gone for good (410).`,
  ]);
  t.equal(await store.webhooks.enable(id, stage.now()), 2);
});

t.test('a webhook that is switched off by another process gets nothing more of what was claimed', async t => {
  const stage = await deliveryStage(t, { settings: { 'delivery.concurrency': 1 } });
  const { receiver } = stage;
  const off = await stage.webhook('/off');
  const gone = await stage.webhook('/removed');
  const held = onHold();
  receiver.script('*', held.behaviour);
  await stage.pushTo('a', 'b', 'c');
  await receiver.received(2);
  const { store: other } = openTestStore(t, stage.home);
  await other.webhooks.disable(off, stage.now());
  await other.webhooks.remove(gone, stage.now());
  const rest = stage.advance(0);
  held.release();
  await rest;
  t.equal(receiver.requests.length, 2, 'only what was in flight');
  const of = (id: number) => stage.deliveries().then(all => all.filter(one => one.webhook_id === id));
  t.same(
    (await of(off)).map(one => one.state),
    ['delivered', 'held', 'held'],
  );
  t.same(
    (await of(gone)).map(one => [one.state, one.last_error]),
    [
      ['delivered', null],
      ['failed', 'the webhook was removed'],
      ['failed', 'the webhook was removed'],
    ],
  );
});

t.test('a failed attempt of a webhook that was removed meanwhile leaves nothing held for ever', async t => {
  const stage = await deliveryStage(t);
  const { receiver, store } = stage;
  const id = await stage.webhook('/hook');
  const held = onHold(answer(500));
  receiver.script('/hook', held.behaviour);
  await stage.pushTo('a');
  await receiver.received(1);
  await store.webhooks.remove(id, stage.now());
  held.release();
  await stage.rest();
  matches(t, await stage.deliveries(), [
    { state: 'failed', attempts: 1, last_status: 500, last_error: 'the webhook was removed' },
  ]);
});

t.test('what a worker that died had in flight is sent again by the next one, under the same id', async t => {
  const stage = await deliveryStage(t, { started: false, settings: { 'delivery.concurrency': 1 } });
  const { receiver, store, home } = stage;
  const id = await stage.webhook('/hook');
  const held = onHold();
  receiver.script('/hook', held.behaviour);
  await stage.pushTo('a', 'b');
  const { store: dying } = openTestStore(t, home);
  await stage.dispatcher(dying);
  await receiver.received(1);
  await until('it to be marked', async () => (await stage.deliveries())[0]!.state === 'sending');
  dying.close();
  t.same(
    (await stage.deliveries()).map(one => [one.state, one.attempts]),
    [
      ['sending', 0],
      ['pending', 0],
    ],
  );
  t.equal(await store.queue.hasPending(), true, 'so that a command or a push starts the next worker');

  receiver.script('/hook', answer(200));
  const next = await stage.dispatcher();
  await until('the next worker to be done', () => !next.busy());
  t.equal(stage.log[0], 'info pending again: 1 delivery of a worker that ended');
  const all = await stage.deliveries();
  t.same(
    all.map(one => [one.state, one.attempts, one.webhook_id]),
    [
      ['delivered', 1, id],
      ['delivered', 1, id],
    ],
  );
  t.same(
    receiver.requests.map(request => headerOf(request, 'X-Belfry-Delivery')),
    [all[0]!.id, all[0]!.id, all[1]!.id],
  );
  held.release();
});

t.test('what a dead worker had claimed is held when its webhook was switched off meanwhile', async t => {
  const stage = await deliveryStage(t, { started: false });
  const { store, receiver } = stage;
  const off = await stage.webhook('/off');
  const gone = await stage.webhook('/gone');
  await stage.pushTo('a');
  const claims = [off, gone].map(webhookId => ({ webhookId, firsts: 1, retries: 0 }));
  const { jobs } = await store.queue.turn(
    { settlements: [], claims, released: [] },
    QUEUE_RULES,
    stage.now(),
  );
  t.equal(jobs.length, 2);
  await store.webhooks.disable(off, stage.now());
  await store.webhooks.remove(gone, stage.now());
  await stage.dispatcher();
  t.same(
    (await stage.deliveries()).map(one => one.state),
    ['held', 'failed'],
  );
  t.equal(receiver.requests.length, 0);
});

t.test('what takes long is shown as being sent, what is answered at once is written once', async t => {
  const stage = await deliveryStage(t);
  const { receiver, counts } = stage;
  const held = onHold();
  await stage.webhook('/slow');
  receiver.script('/slow', held.behaviour);
  await stage.pushTo('a', 'b');
  await receiver.received(2);
  const states = async () => (await stage.deliveries()).map(one => one.state);
  t.same(await states(), ['pending', 'pending']);
  await until('both to be marked', async () => (await states()).every(state => state === 'sending'));
  const before = counts.turns;
  await sleep(300);
  t.equal(counts.turns, before, 'once is enough');
  held.release();
  await stage.rest();
  t.same(await states(), ['delivered', 'delivered']);
});

t.test('a webhook that is switched off and on while its requests hang sends each delivery once', async t => {
  const stage = await deliveryStage(t, { settings: { 'delivery.concurrency': 2 } });
  const { receiver } = stage;
  const id = await stage.webhook('/hook');
  const held = onHold();
  receiver.script('/hook', held.behaviour);
  await stage.pushTo('a', 'b', 'c', 'd');
  await receiver.received(2);
  const { store: other } = openTestStore(t, stage.home);
  const [first, , third] = await stage.deliveries();
  const again = await other.deliveries.redeliver([first!.id, third!.id], stage.now());
  t.same(
    again.map(one => one.state),
    ['pending', 'pending'],
    'they are on their way anyway',
  );
  t.equal(await other.webhooks.disable(id, stage.now()), 4);
  await stage.changed();
  await other.webhooks.enable(id, stage.now());
  await stage.changed();
  held.release();
  await stage.rest();
  t.same(
    (await stage.deliveries()).map(one => [one.state, one.attempts]),
    Array.from({ length: 4 }, () => ['delivered', 1]),
  );
  const ids = receiver.requests.map(request => headerOf(request, 'X-Belfry-Delivery'));
  t.equal(ids.length, 4);
  t.equal(new Set(ids).size, 4);
});

t.test('a first attempt that was made a retry while its request hangs is not sent a second time', async t => {
  const stage = await deliveryStage(t);
  const { receiver } = stage;
  const id = await stage.webhook('/hook');
  const held = onHold();
  receiver.script('/hook', held.behaviour);
  await stage.pushTo('a');
  await receiver.received(1);
  const { store: other } = openTestStore(t, stage.home);
  const [only] = await stage.deliveries();
  // Before it is marked: `disable` finds it pending.
  await other.webhooks.disable(id, stage.now());
  await other.deliveries.redeliver([only!.id], stage.now());
  await other.webhooks.enable(id, stage.now());
  await stage.changed();
  await sleep(100);
  t.equal(receiver.requests.length, 1);
  held.release();
  await stage.rest();
  matches(t, await stage.deliveries(), [{ state: 'delivered', attempts: 1 }]);
});

t.test('an answer for a delivery that was pruned meanwhile stops nothing', async t => {
  const stage = await deliveryStage(t);
  const { receiver, store } = stage;
  const gone = await stage.webhook('/gone');
  await stage.webhook('/stays');
  const held = onHold();
  receiver.script('/gone', held.behaviour);
  await stage.pushTo('a');
  await receiver.received(1, { path: '/gone' });
  await receiver.received(1, { path: '/stays' });
  const { store: other } = openTestStore(t, stage.home);
  await other.webhooks.remove(gone, stage.now());
  await other.prune.step({ deliveries: 0, events: 0 }, stage.now() + MINUTE, 0);
  held.release();
  await stage.pushTo('b');
  await receiver.received(2, { path: '/stays' });
  await stage.rest();
  t.same(stage.log, []);
  t.same(
    (await store.deliveries.list({ limit: 9, webhookId: gone })).map(one => one.attempts),
    [],
  );
});

t.test('told to stop, it finishes what is in flight, records it and releases the rest', async t => {
  const stage = await deliveryStage(t, { settings: { 'delivery.concurrency': 1 } });
  const { receiver } = stage;
  await stage.webhook('/hook');
  const held = onHold();
  receiver.script('/hook', held.behaviour);
  await stage.pushTo('a', 'b', 'c');
  await receiver.received(1);
  const stopped = stage.stop();
  held.release();
  await stopped;
  t.equal(receiver.requests.length, 1);
  t.same(
    (await stage.deliveries()).map(one => [one.state, one.attempts]),
    [
      ['delivered', 1],
      ['pending', 0],
      ['pending', 0],
    ],
  );
});

t.test('a change by another process is seen: enabled, redelivered, edited', async t => {
  const stage = await deliveryStage(t);
  const { receiver } = stage;
  const id = await stage.webhook('/hook', { active: true });
  await stage.pushTo('a');
  await stage.rest();
  const { store: other } = openTestStore(t, stage.home);
  const [first] = await stage.deliveries();
  await other.deliveries.redeliver([first!.id], stage.now());
  await stage.advance(0);
  t.equal(receiver.at('/hook').length, 2);

  await other.webhooks.disable(id, stage.now());
  await stage.pushTo('b');
  await stage.rest();
  t.equal(receiver.at('/hook').length, 2);
  await other.webhooks.enable(id, stage.now());
  await other.webhooks.replace(
    id,
    { ...(await other.webhooks.get(id)), url: `${receiver.url}/moved`, secret: null, auth: 'none' },
    '',
    stage.now(),
  );
  await stage.pushTo('c');
  await stage.advance(0);
  t.equal(receiver.at('/moved').length, 1, 'the new target, without a restart');
});

t.test('while the database cannot be written nothing is lost, and it goes on afterwards', async t => {
  const stage = await deliveryStage(t);
  const { receiver, store } = stage;
  await stage.webhook('/hook');
  const { turn } = store.queue;
  let broken = true;
  store.queue.turn = (...args) =>
    broken ? Promise.reject(new Error('disk I/O error')) : turn.call(store.queue, ...args);
  await stage.pushTo('a');
  await until('the complaint', () => stage.log.length > 0);
  t.equal(stage.log[0], 'error deliveries are blocked, the database cannot be used: disk I/O error');
  broken = false;
  await receiver.received(1);
  await stage.rest();
  matches(t, await stage.deliveries(), [{ state: 'delivered', attempts: 1 }]);
});

t.test('a webhook that cannot be looked up for a moment is not forgotten', async t => {
  const stage = await deliveryStage(t, { started: false });
  const { store, receiver } = stage;
  await stage.webhook('/hook');
  await stage.pushTo('a');
  const { target } = store.webhooks;
  let broken = true;
  store.webhooks.target = id => (broken ? Promise.reject(new Error('disk I/O error')) : target(id));
  await stage.dispatcher();
  await until('the complaint', () => stage.log.length > 0);
  broken = false;
  t.equal((await receiver.received(1)).length, 1);
});

t.test('three months asleep are no reason to wake at once', async t => {
  const stage = await deliveryStage(t);
  const { receiver, store, counts } = stage;
  await stage.webhook('/hook');
  receiver.script('/hook', answer(500));
  await stage.pushTo('a');
  await stage.rest();
  stage.setClock(stage.now() - 90 * 24 * 60 * MINUTE);
  await stage.advance(0);
  t.ok((await store.queue.nextRetryAt())! - stage.now() > 2 ** 31, 'more than a timer can hold');
  const before = counts.looks;
  await sleep(50);
  t.equal(counts.looks, before);
});

t.test('it sleeps until the earlier of the two, at most a minute, and never in a tight loop', async t => {
  t.equal(sleepTime(null, null, 1_000), null);
  t.equal(sleepTime(6_000, null, 1_000), 5_000);
  t.equal(sleepTime(null, 6_000, 1_000), 5_000);
  t.equal(sleepTime(6_000, 3_000, 1_000), 2_000);
  t.equal(sleepTime(10_000_000, null, 1_000), 60_000);
  t.equal(sleepTime(1_000, null, 1_000), 1_000, 'due, but without room');
  t.equal(sleepTime(0, 500, 1_000), 1_000);
});

t.test('outcomes gather also when a webhook has room for one request at a time', async t => {
  const stage = await deliveryStage(t, { started: false, settings: { 'delivery.concurrency': 1 } });
  await stage.webhook('/hook');
  await stage.pushTo(...Array.from({ length: 100 }, (_, n) => `b${n}`));
  const answered = {
    status: 200,
    headers: [],
    body: '',
    truncated: false,
    durationMs: 0,
    address: null,
    error: null,
  };
  const dispatcher = createDispatcher({
    store: stage.store,
    settings: stage.settings,
    now: stage.now,
    random: () => 0.5,
    log: () => {},
    send: async () => answered,
    onIdle: () => {},
  });
  t.teardown(() => dispatcher.stop());
  await dispatcher.start();
  await until('all to be sent', () => !dispatcher.busy());
  t.ok(stage.counts.turns < 50, `${stage.counts.turns} transactions for 100 deliveries`);
  t.strictSame(new Set((await stage.deliveries()).map(one => one.state)), new Set(['delivered']));
});
