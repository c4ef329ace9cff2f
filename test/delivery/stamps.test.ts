/** Gitee's timestamps: receivers refuse one that they have seen, as a replay. */
import t from 'tap';
import { createStamps, MOST_AHEAD_MS } from '../../src/delivery/stamps.ts';
import type { StampCeiling } from '../../src/model/webhook.ts';
import { sampleWebhook } from '../store/samples.ts';
import { openTestStore } from '../store/stage.ts';
import { headerOf } from '../support/receiver.ts';
import { deliveryStage, START } from './stage.ts';

const NOW = START;
const hook = (lastTimestamp = 0, id = 1) => ({ id, lastTimestamp });

async function dueOf(stamps: ReturnType<typeof createStamps>, now: number): Promise<StampCeiling[]> {
  return stamps.keep(now, async due => due);
}

t.test('201 deliveries of one push carry 201 values, each in header, body and signature alike', async t => {
  const stage = await deliveryStage(t);
  await stage.webhook('/hook', { auth: 'signature', secret: 'a secret of the test' });
  await stage.pushTo(...Array.from({ length: 201 }, (_, n) => `b${n}`));
  await stage.rest();
  const values = stage.receiver.requests.map(request => {
    const stamp = headerOf(request, 'X-Gitee-Timestamp')!;
    const body = JSON.parse(request.body.toString());
    t.equal(body.timestamp, stamp);
    t.equal(body.sign, headerOf(request, 'X-Gitee-Token'));
    t.equal(headerOf(request, 'webhook-timestamp'), String(START / 1_000), 'the clock, not shifted');
    return Number(stamp);
  });
  t.equal(values.length, 201);
  t.equal(new Set(values).size, 201);
  t.equal(new Set(stage.receiver.requests.map(request => headerOf(request, 'X-Gitee-Token'))).size, 201);

  await stage.stop();
  await stage.pushTo(...Array.from({ length: 50 }, (_, n) => `c${n}`));
  const next = await stage.dispatcher();
  await stage.receiver.received(251);
  await next.stop();
  const all = stage.receiver.requests.map(request => Number(headerOf(request, 'X-Gitee-Timestamp')));
  t.equal(new Set(all).size, 251, 'a worker that starts at the very same time goes on above them');
});

t.test(
  'a request beside the queue takes a stamp that the worker does not take, before and after',
  async t => {
    const stage = await deliveryStage(t);
    const id = await stage.webhook('/hook');
    await stage.pushTo('a');
    await stage.rest();
    const other = openTestStore(t, stage.home).store;
    const taken = await other.webhooks.takeStamp(id, START, START + MOST_AHEAD_MS);
    await stage.pushTo('b', 'c');
    await stage.rest();
    const next = await other.webhooks.takeStamp(id, START, START + MOST_AHEAD_MS);
    const sent = stage.receiver.requests.map(request => Number(headerOf(request, 'X-Gitee-Timestamp')));
    t.equal(new Set([...sent, taken, next]).size, 5);
    t.ok(sent.every(stamp => stamp <= START + MOST_AHEAD_MS));
  },
);

t.test('each webhook has its own, and the clock is left alone where it is ahead', t => {
  const stamps = createStamps();
  t.equal(stamps.next(hook(), NOW), NOW);
  t.equal(stamps.next(hook(), NOW), NOW + 1);
  t.equal(stamps.next(hook(0, 2), NOW), NOW);
  t.equal(stamps.next(hook(), NOW + 2), NOW + 2);
  t.equal(stamps.next(hook(NOW + 500), NOW + 3), NOW + 501, 'above what another process has taken');
  t.end();
});

t.test('never more than a minute ahead: there they may repeat', t => {
  const stamps = createStamps();
  t.equal(stamps.next(hook(NOW + 3_600_000), NOW), NOW + MOST_AHEAD_MS, 'the clock was set back by an hour');
  t.equal(stamps.next(hook(NOW + 3_600_000), NOW), NOW + MOST_AHEAD_MS);
  t.end();
});

t.test('a ceiling is stored only while they run ahead, and once for thousands of deliveries', async t => {
  const stamps = createStamps();
  stamps.next(hook(), NOW);
  t.strictSame(await dueOf(stamps, NOW + 1), [], 'the start of a worker takes longer than that');
  stamps.next(hook(), NOW);
  const [first] = await dueOf(stamps, NOW);
  t.ok(first!.stamp > NOW + 1);
  stamps.next(hook(), NOW);
  t.strictSame(await dueOf(stamps, NOW), [], 'below the ceiling');
  t.equal(stamps.next(hook(first!.stamp), NOW), NOW + 3, 'its own ceiling is no stamp that was sent');
  for (let n = 0; n < 2_000; n++) stamps.next(hook(), NOW);
  t.equal((await dueOf(stamps, NOW)).length, 1);
  t.strictSame(await dueOf(stamps, NOW + 60_000), []);
});

t.test('a ceiling that could not be written is due again', async t => {
  const stamps = createStamps();
  stamps.next(hook(), NOW);
  stamps.next(hook(), NOW);
  await t.rejects(stamps.keep(NOW, () => Promise.reject(new Error('the disk is full'))));
  t.equal((await dueOf(stamps, NOW)).length, 1);
});

t.test('a webhook keeps it, and an edit does not take it for a change by somebody else', async t => {
  const { store } = openTestStore(t);
  const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
  const revision = await store.webhooks.revision(id);
  const taken = await store.webhooks.takeStamp(id, NOW, NOW + MOST_AHEAD_MS);
  t.equal((await store.webhooks.target(id)).lastTimestamp, taken);
  t.equal(await store.webhooks.revision(id), revision);
  t.notOk('last_timestamp' in (await store.webhooks.get(id)));
});
