/** One attempt through the real sender: what goes out, and what is recorded of it. */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { branches } from '../store/samples.ts';
import { openTestStore } from '../store/stage.ts';
import { answer, endless, reset } from '../support/behaviour.ts';
import { matches } from '../support/matches.ts';
import { headerOf } from '../support/receiver.ts';
import { until } from '../support/until.ts';
import { deliveryStage } from './stage.ts';

const SECRET = 'a secret of the test';

t.test(
  'the bytes that were signed are the bytes that are sent, and can be shown again without the secret',
  async t => {
    const stage = await deliveryStage(t);
    const { receiver, store } = stage;
    const id = await stage.webhook('/hook?token=in-the-query', {
      auth: 'password',
      secret: SECRET,
      name: 'CI',
    });
    receiver.script(
      '/hook',
      answer(200, {
        headers: { 'X-Echo': SECRET, 'Content-Type': 'text/plain' },
        body: `you said ${SECRET}`,
      }),
    );
    await stage.push(...branches('main'));
    await stage.rest();
    const [request] = receiver.requests;
    const [row] = await stage.deliveries();
    t.equal(headerOf(request!, 'X-Gitee-Token'), SECRET);
    t.equal(headerOf(request!, 'X-Belfry-Delivery'), row!.id);
    t.equal(headerOf(request!, 'Content-Length'), String(request!.body.length));
    const body = JSON.parse(request!.body.toString());
    t.match(body, {
      password: SECRET,
      hook_id: id,
      hook_url: `https://git.example.com/acme/app/hooks/${id}/edit`,
      timestamp: String(stage.now()),
    });

    const { history, data } = await store.deliveries.show(row!.id);
    const [attempt] = history;
    t.match(attempt, {
      number: 1,
      startedAt: stage.now(),
      address: '127.0.0.1',
      status: 200,
      responseBody: 'you said ***',
      responseTruncated: false,
      error: null,
      verdict: 'ok',
      hint: null,
      requestBody: null,
    });
    t.match(attempt!.url, /^http:\/\/127\.0\.0\.1:\d+\/hook\?token=\*\*\*$/);
    t.match(attempt!.requestEnvelope, { password: '***', hook_name: 'push_hooks', sign: '' });
    const { password, ...shown } = { ...JSON.parse(data), ...attempt!.requestEnvelope };
    const { password: _, ...sent } = body;
    t.same(shown, sent, 'but for the password the body is the one that was sent');
    t.same(password, '***');
    const recorded = JSON.stringify(history);
    t.notMatch(recorded, new RegExp(SECRET), 'nowhere, not even in what the receiver gave back');
    t.notMatch(recorded, /in-the-query/);
    t.match(recorded, /"X-Echo","\*\*\*"/);
  },
);

t.test('a short password is a password too', async t => {
  const stage = await deliveryStage(t);
  await stage.webhook('/hook', { auth: 'password', secret: '密码' });
  await stage.push(...branches('main'));
  await stage.rest();
  const [row] = await stage.deliveries();
  const { history } = await stage.store.deliveries.show(row!.id);
  t.match(new Map(history[0]!.requestHeaders).get('X-Gitee-Token'), '***');
  t.match(history[0]!.requestEnvelope, { password: '***' });
});

t.test('an answer is kept to 64 KiB, and an error has its words', async t => {
  const stage = await deliveryStage(t);
  await stage.webhook('/long');
  await stage.webhook('/reset');
  await stage.webhook('/slow', { timeout_ms: 100 });
  stage.receiver.script('/long', endless(10_000_000));
  stage.receiver.script('/reset', reset);
  stage.receiver.script('/slow', () => {});
  await stage.push(...branches('main'));
  await stage.rest();
  const [long, broken, slow] = await Promise.all(
    (await stage.deliveries()).map(async row => (await stage.store.deliveries.show(row.id)).history[0]!),
  );
  t.match(long, { status: 200, responseTruncated: true, verdict: 'ok' });
  t.equal(long!.responseBody.length, 65_536);
  t.match(broken, { status: null, verdict: 'transient', address: '127.0.0.1' });
  t.ok(broken!.error);
  t.equal(broken!.hint, broken!.error);
  t.match(slow, { status: null, verdict: 'transient', error: /0\.1 s|100 ms/ });
  matches(t, await stage.deliveries(), [
    { state: 'delivered' },
    { state: 'pending', last_error: broken!.error, next_attempt_at: stage.now() + 10_000 },
    { state: 'pending' },
  ]);
});

t.test('a webhook whose key is lost is tried again: the key may come back', async t => {
  const stage = await deliveryStage(t, { started: false });
  const { home, receiver } = stage;
  await stage.webhook('/hook');
  await stage.push(...branches('main'));
  const key = join(home, 'key');
  renameSync(key, `${key}.away`);
  const dispatcher = await stage.dispatcher(openTestStore(t, home).store);
  await until('the attempt', async () => (await stage.deliveries())[0]!.attempts === 1);
  matches(t, await stage.deliveries(), [
    { state: 'pending', attempts: 1, last_error: /The key file .* is missing/ },
  ]);
  t.equal(receiver.requests.length, 0);
  renameSync(`${key}.away`, key);
  stage.setClock(stage.now() + 10_000);
  const [row] = await stage.deliveries();
  await stage.store.deliveries.redeliver([row!.id], stage.now());
  await dispatcher.changed();
  await receiver.received(1);
  await until('the end', () => !dispatcher.busy());
  matches(t, await stage.deliveries(), [{ state: 'delivered', attempts: 2 }]);
});
