/** The schedule and the states of a delivery (docs/reliability.md), by a clock that the test moves. */
import t from 'tap';
import { answer, type Behaviour, reset } from '../support/behaviour.ts';
import { type Clockwork, clockwork } from '../support/clockwork.ts';
import { headerOf } from '../support/receiver.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

t.test(
  'eight retries at the times of the schedule, then it has failed; redelivered, it starts anew',
  async t => {
    const stage = await clockwork(t);
    const { receiver } = stage;
    await stage.webhook('/hook');
    receiver.script('/hook', answer(500, { body: 'broken' }));
    await pushCommit(stage);
    await stage.rest();
    const start = stage.now();

    const delays = [10 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR];
    for (const [i, delay] of delays.entries()) {
      const [waits] = await stage.deliveries();
      t.match(waits, { state: 'pending', attempts: i + 1, last_status: 500 });
      t.equal(waits!.next_attempt_at, stage.now() + delay, `attempt ${i + 2} is due after ${delay} ms`);
      await stage.advance(delay - 1);
      t.equal(receiver.requests.length, i + 1, 'not a millisecond earlier');
      await stage.advance(1);
      t.equal(receiver.requests.length, i + 2);
    }
    t.equal(
      stage.now() - start,
      delays.reduce((sum, delay) => sum + delay),
    );
    const [failed] = await stage.deliveries();
    t.match(failed, { state: 'failed', attempts: 9, next_attempt_at: null, last_status: 500 });
    await stage.advance(30 * DAY);
    t.equal(receiver.requests.length, 9, 'and nothing comes after that');

    const ids = receiver.requests.map(request => headerOf(request, 'X-Belfry-Delivery'));
    t.same(new Set(ids), new Set([failed!.id]), 'one id over all attempts');
    t.same(new Set(receiver.requests.map(one => headerOf(one, 'webhook-id'))), new Set([failed!.id]));
    const tokens = receiver.requests.map(request => headerOf(request, 'X-Gitee-Token'));
    t.equal(new Set(tokens).size, 9, 'signed anew every time');
    const times = receiver.requests.map(request => Number(headerOf(request, 'X-Gitee-Timestamp')));
    t.equal(
      times[8]! - times[0]!,
      delays.reduce((sum, delay) => sum + delay),
      'and stamped anew',
    );
    const bodies = receiver.requests.map(({ body }) => withoutEnvelope(body));
    t.ok(
      bodies.every(body => body === bodies[0]),
      'the rest of the body is the same',
    );
    const { history } = await stage.store.deliveries.show(failed!.id);
    t.equal(history.length, 9, 'every attempt is in the log');

    receiver.script('/hook', answer(200));
    await stage.store.deliveries.redeliver([failed!.id], stage.now());
    await stage.advance(0);
    t.match((await stage.deliveries())[0], {
      id: failed!.id,
      state: 'delivered',
      attempts: 10,
      last_status: 200,
    });
    t.equal(
      headerOf(receiver.requests[9]!, 'X-Belfry-Delivery'),
      failed!.id,
      'redelivered under the same id',
    );
  },
);

t.test('Retry-After wins, in seconds and as a date, for a day at most', async t => {
  const stage = await clockwork(t);
  await stage.webhook('/hook');
  const date = (ms: number) => new Date(Math.ceil((stage.now() + ms) / SECOND) * SECOND);
  const later = date(3 * HOUR);
  const cases: [what: string, status: number, value: string, due: () => number][] = [
    ['seconds', 429, '120', () => stage.now() + 2 * MINUTE],
    ['a date', 503, later.toUTCString(), () => later.getTime()],
    ['more than a day', 429, '1000000', () => stage.now() + DAY],
    ['a date next year', 429, date(365 * DAY).toUTCString(), () => stage.now() + DAY],
    ['rubbish: the schedule', 429, 'soon', () => stage.now() + 10 * SECOND],
  ];
  for (const [what, status, value, due] of cases) {
    stage.receiver.script('/hook', answer(status, { headers: { 'Retry-After': value } }));
    await pushCommit(stage);
    await stage.rest();
    const [waits] = await stage.deliveries();
    t.match(waits, { state: 'pending', attempts: 1, last_status: status });
    t.equal(waits!.next_attempt_at, due(), what);
  }
});

t.test('410 disables the webhook: what it was still owed is held, and sent once it is enabled', async t => {
  const stage = await clockwork(t);
  const { receiver, repository, store } = stage;
  stage.settings['delivery.concurrency'] = 1;
  const gone = await stage.webhook('/gone');
  await stage.webhook('/other');
  receiver.script('/gone', answer(410));
  await pushCommit(stage, 'HEAD:refs/heads/a', 'HEAD:refs/heads/b', 'HEAD:refs/heads/c');
  await stage.rest();
  t.equal(receiver.at('/gone').length, 1, 'nothing more is sent to it');
  t.equal(receiver.at('/other').length, 3, 'the others are served');
  const states = async () =>
    (await stage.deliveries()).filter(one => one.webhook_id === gone).map(one => one.state);
  t.same(await states(), ['held', 'held', 'failed']);
  const { disabled_at: disabledAt, disabled_reason: reason } = await store.webhooks.get(gone);
  t.ok(disabledAt, 'it is disabled');
  t.match(reason, /410/);

  await repository.commit();
  await stage.push('HEAD:refs/heads/a');
  await stage.rest();
  t.same(await states(), ['held', 'held', 'held', 'failed'], 'a later push is held too, not dropped');
  t.equal(receiver.at('/gone').length, 1);

  receiver.script('/gone', answer(200));
  t.equal(await store.webhooks.enable(gone, stage.now()), 3);
  await stage.advance(0);
  t.same(await states(), ['delivered', 'delivered', 'delivered', 'failed']);
});

t.test(
  'a webhook that only failed for five days and ten times is disabled, one that worked in between is not',
  async t => {
    const stage = await clockwork(t);
    const { receiver, store } = stage;
    const dead = await stage.webhook('/dead');
    const lame = await stage.webhook('/lame');
    receiver.script('/dead', reset);
    receiver.script('/lame', answer(500));
    const disabled = async (id: number) => (await store.webhooks.get(id)).disabled_at !== null;

    await pushCommit(stage);
    await stage.rest();
    await stage.advance(2 * DAY);
    receiver.script('/lame', answer(200));
    await stage.advance(DAY);
    await stage.advance(DAY);
    receiver.script('/lame', answer(500));
    for (let push = 0; push < 10; push += 1) await pushCommit(stage);
    await stage.rest();
    t.notOk(await disabled(dead), 'not yet after four days');
    await stage.advance(DAY - 1);
    t.notOk(await disabled(dead), 'nor a moment before five days are over');
    await pushCommit(stage);
    await stage.advance(1);
    await pushCommit(stage);
    await stage.rest();
    t.ok(await disabled(dead), 'disabled');
    t.notOk(await disabled(lame), 'the other is not');
    t.match((await store.webhooks.get(dead)).disabled_reason, /5 days/);

    const owed = (await stage.deliveries()).filter(one => one.webhook_id === dead);
    t.notOk(
      owed.some(one => one.state === 'pending'),
      'nothing is sent to it any more',
    );
    t.ok(
      owed.some(one => one.state === 'held'),
      'what was owed is held',
    );
    const before = receiver.at('/dead').length;
    await pushCommit(stage);
    await stage.advance(DAY);
    t.equal(receiver.at('/dead').length, before);
  },
);

t.test('an answer that is no success never counts as one, and a redirect is not followed', async t => {
  const stage = await clockwork(t);
  const other = stage.receiver.url;
  const cases: [what: string, behaviour: Behaviour][] = [
    ['302', answer(302, { headers: { Location: `${other}/elsewhere` } })],
    ['400', answer(400)],
    ['401', answer(401)],
    ['404', answer(404)],
    ['500', answer(500)],
    ['reset', reset],
  ];
  for (const [path, behaviour] of cases) {
    await stage.webhook(`/${path}`);
    stage.receiver.script(`/${path}`, behaviour);
  }
  await pushCommit(stage);
  await stage.rest();
  for (const line of await stage.deliveries()) {
    t.not(line.state, 'delivered', `webhook ${line.webhook_id}`);
    t.ok(line.last_error, 'and it says why');
  }
  t.equal(stage.receiver.at('/elsewhere').length, 0, 'a redirect is not followed');
  t.equal(stage.receiver.requests.length, cases.length, 'one attempt each');
});

async function pushCommit(stage: Clockwork, ...refs: string[]): Promise<void> {
  await stage.repository.commit();
  await stage.push(...(refs.length === 0 ? ['main'] : refs));
}

function withoutEnvelope(body: Buffer): string {
  const { sign: _sign, timestamp: _timestamp, ...rest } = JSON.parse(body.toString('utf8'));
  return JSON.stringify(rest);
}
