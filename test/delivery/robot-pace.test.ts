/** How fast robots are spoken to, and what becomes of more than they take. */
import t from 'tap';
import { createRateLimiters } from '../../src/delivery/robots/rate-limiter.ts';
import { sampleWebhook } from '../store/samples.ts';
import { openTestStore } from '../store/stage.ts';
import { matches } from '../support/matches.ts';
import { type Robot, type RobotKind, robot } from '../support/robot.ts';
import { ANSWERS } from '../support/robot-answers.ts';
import { sampleId, samplePush, sampleTag } from '../support/sample-events.ts';
import { until } from '../support/until.ts';
import { commitsTold, MINUTE, type RobotStage, robotStage, SECOND } from './robot-stage.ts';

const names = (count: number, name = 'b') => Array.from({ length: count }, (_, n) => `${name}${n}`);
const refusals = ({ calls }: Robot) => calls.filter(call => call.answer.means !== 'ok');

/** 18 messages, so that nothing more goes within the minute. */
async function useUp(stage: RobotStage): Promise<void> {
  await stage.pushesTo(...names(18, 'before'));
  await stage.rest();
  stage.robot.calls.splice(0);
}

for (const kind of ['dingtalk', 'wecom', 'feishu', 'slack'] as const) {
  t.test(`${kind}: a push of 3 branches and 40 tags is one message`, async t => {
    const stage = await robotStage(t, kind);
    const branches = names(3).map(name => samplePush({ ref: `refs/heads/${name}` }));
    await stage.push(...branches, ...names(40, 'v').map(name => sampleTag(name)));
    await stage.rest();
    t.equal(stage.robot.chat().length, 1);
    t.match(stage.robot.chat()[0]!.text, /3 branch updates(, | and )40 new tags/);
    matches(t, await stage.deliveries(), [{ state: 'delivered', attempts: 1 }]);
  });

  t.test(`${kind}: never more than it takes, and every commit is told`, async t => {
    const stage = await robotStage(t, kind);
    const { robot } = stage;
    let commits = 0;
    for (let turn = 0; turn < 25; turn++) {
      for (let n = 0; n < 12; n++) {
        const total = 1 + ((turn * 12 + n) % 7);
        commits += total;
        await stage.push(samplePush({ ref: `refs/heads/b${n % 6}`, total_commits_count: total }));
      }
      await stage.advance(7 * SECOND + 300);
    }
    while (await stage.store.queue.hasPending()) await stage.advance(SECOND);
    t.same(refusals(robot), []);
    t.ok(robot.busiest(MINUTE) <= { dingtalk: 18, wecom: 18, feishu: 90, slack: 60 }[kind]);
    t.ok(robot.busiest(SECOND) <= { dingtalk: 18, wecom: 18, feishu: 4, slack: 5 }[kind]);
    t.equal(commitsTold(robot), commits);
    const states = Map.groupBy(await stage.deliveries(), one => one.state);
    t.equal(states.get('delivered')!.length, robot.chat().length);
    t.equal(states.get('delivered')!.length + (states.get('merged')?.length ?? 0), 300);
  });
}

t.test('more than a minute takes: what is about one ref goes in one message', async t => {
  const stage = await robotStage(t, 'dingtalk');
  await useUp(stage);
  const pushes = names(30).map((_, n) =>
    samplePush({
      ref: `refs/heads/b${n % 3}`,
      before: sampleId(n),
      after: sampleId(n + 3),
      total_commits_count: 2,
    }),
  );
  for (const push of pushes) await stage.push(push);
  await stage.rest();
  t.equal(stage.robot.calls.length, 0);
  await stage.advance(MINUTE);
  t.equal(stage.robot.chat().length, 3);
  for (const [n, { text }] of stage.robot.chat().entries()) {
    t.match(text, `pushed 20 new commits to b${n} in acme/app`);
    t.match(text, 'In 10 pushes');
  }
  const deliveries = (await stage.deliveries()).slice(18);
  const carriers = deliveries.slice(0, 3);
  t.same(
    carriers.map(one => [one.state, one.merged_into]),
    [
      ['delivered', null],
      ['delivered', null],
      ['delivered', null],
    ],
  );
  for (const [n, one] of deliveries.slice(3).entries())
    t.match(one, { state: 'merged', attempts: 0, next_attempt_at: null, merged_into: carriers[n % 3]!.id });
});

t.test('too much for that too: one digest', async t => {
  const stage = await robotStage(t, 'wecom');
  await useUp(stage);
  await stage.pushesTo(...names(40));
  await stage.advance(MINUTE);
  t.equal(stage.robot.chat().length, 1);
  t.match(stage.robot.chat()[0]!.text, /120 new commits(, | and )40 branch updates/);
  const [carrier, ...merged] = (await stage.deliveries()).slice(18);
  t.match(carrier, { state: 'delivered', attempts: 1 });
  t.ok(merged.every(one => one.state === 'merged' && one.merged_into === carrier!.id));
  t.match(await stage.store.deliveries.show(merged[0]!.id), { merged_into: carrier!.id });

  await stage.store.deliveries.redeliver([merged[0]!.id], stage.now());
  await stage.advance(MINUTE);
  t.match(
    stage.robot.chat()[1]!.text,
    /pushed \[3 new commits\].* to \[b1\]/,
    'a merged one can be sent alone',
  );
});

t.test(
  'a robot that blocks is left alone for ten minutes, over a restart; then comes one digest',
  async t => {
    const stage = await robotStage(t, 'dingtalk');
    const { robot: blocking } = stage;
    const other = await robot(t, 'dingtalk', stage.now);
    await stage.tell(other);
    const twin = await stage.tell(blocking, { name: 'the same URL' });
    // Somebody else's script has used it up.
    for (let n = 0; n < 20; n++) await fetch(blocking.url, { method: 'POST' });
    blocking.calls.splice(0);

    await stage.pushTo('first');
    await stage.rest();
    t.equal(blocking.calls.length, 1, 'the second webhook with this URL does not try');
    t.match(blocking.calls[0]!.answer, ANSWERS.dingtalk.tooFast);
    t.match((await stage.deliveries())[0], {
      state: 'pending',
      attempts: 1,
      last_error:
        /DingTalk says "send too fast, exceed 20 times per minute" \(130101\): .*blocked for ten minutes/,
    });
    await stage.pushesTo(...names(5));
    await stage.advance(9 * MINUTE);
    t.equal(other.chat().length, 6, 'another robot goes on');
    await stage.stop();

    const next = await stage.dispatcher(openTestStore(t, stage.home).store);
    await until('the new worker to look', () => !next.busy());
    t.equal(blocking.calls.length, 1);
    stage.setClock(stage.now() + MINUTE);
    await next.changed();
    await until('the digests', () => !next.busy() && blocking.chat().length === 2);
    const [digest, ofTwin] = blocking.chat();
    for (const one of [digest, ofTwin]) t.match(one!.text, /18 new commits(, | and )6 branch updates/);
    t.equal(blocking.calls.length, 3);
    const mine = (await stage.deliveries()).filter(one => one.webhook_id === twin);
    t.equal(mine.filter(one => one.state === 'merged').length, 5);
  },
);

t.test('a restart makes no room', async t => {
  const stage = await robotStage(t, 'dingtalk');
  await stage.pushesTo(...names(30));
  await stage.rest();
  const before = stage.robot.calls.length;
  t.ok(before <= 18);
  await stage.stop();
  for (let n = 0; n < 3; n++) {
    const next = await stage.dispatcher(openTestStore(t, stage.home).store);
    await until('the worker to look', () => !next.busy());
    stage.setClock(stage.now() + 10 * SECOND);
    await next.stop();
  }
  t.ok(stage.robot.calls.length <= 18);
  t.same(refusals(stage.robot), []);
});

t.test('webhooks with the same URL share what the robot takes, and take turns', async t => {
  const stage = await robotStage(t, 'dingtalk');
  const { robot: shared } = stage;
  const twin = await stage.tell(shared);
  await stage.pushesTo(...names(20));
  for (let n = 0; n < 4; n++) await stage.advance(MINUTE);
  t.same(refusals(shared), []);
  t.ok(shared.busiest(MINUTE) <= 18);
  t.equal(commitsTold(shared), 20 * 3 * 2);
  const delivered = (await stage.deliveries()).filter(one => one.state === 'delivered');
  t.ok(delivered.some(one => one.webhook_id === twin) && delivered.some(one => one.webhook_id !== twin));
  t.equal(delivered.length, shared.chat().length);
});

t.test('an address that is banned: nothing to any robot of that host for five minutes', async t => {
  const stage = await robotStage(t, 'dingtalk');
  const { robot: one } = stage;
  const elsewhere = await robot(t, 'dingtalk', stage.now);
  await stage.tell(elsewhere);
  one.answerNext(ANSWERS.dingtalk.banned);
  await stage.pushTo('main');
  await stage.rest();
  t.equal(one.calls.length, 1);
  t.match((await stage.deliveries())[0], {
    state: 'pending',
    last_error: /refuses this server’s address for five minutes/,
  });
  // Another robot behind the same limiter.
  const neighbour = one.url.replace(/access_token=.*/, 'access_token=another-robot-of-this-host');
  await stage.tell(one, { url: neighbour });
  await stage.pushTo('other');
  await stage.advance(5 * MINUTE - 1);
  t.equal(one.calls.length, 1);
  t.equal(elsewhere.chat().length, 2);
  await stage.advance(1);
  t.equal(one.chat().length, 2);
  t.equal(one.calls.filter(call => call.url.includes('another-robot')).length, 1);
});

t.test('Slack names the time itself', async t => {
  const stage = await robotStage(t, 'slack');
  stage.robot.answerNext(ANSWERS.slack.tooFast);
  await stage.pushTo('main');
  await stage.rest();
  await stage.pushTo('other');
  await stage.advance(29 * SECOND);
  t.equal(stage.robot.calls.length, 1);
  await stage.advance(20 * SECOND);
  t.equal(stage.robot.chat().length, 2);
});

t.test('a webhook that is given another robot does not wait for the first one', async t => {
  const stage = await robotStage(t, 'dingtalk');
  const other = await robot(t, 'dingtalk', stage.now);
  stage.robot.answerNext(ANSWERS.dingtalk.tooFast);
  await stage.pushTo('a');
  await stage.rest();
  await stage.pushTo('b');
  await stage.rest();
  const input = sampleWebhook({ url: other.url, kind: 'dingtalk', secret: null, auth: 'none' });
  const { store: editor } = openTestStore(t, stage.home);
  await editor.webhooks.replace(1, input, '', stage.now());
  await stage.advance(SECOND);
  matches(
    t,
    other.chat().map(one => one.text),
    [/to b in/],
  );
  await stage.advance(10 * MINUTE);
  t.equal(other.chat().length, 2);
  t.equal(stage.robot.calls.length, 1);
});

t.test('what `webhook test` sends counts too', async t => {
  const stage = await robotStage(t, 'dingtalk');
  const limiter = await createRateLimiters(openTestStore(t, stage.home).store)('dingtalk', stage.robot.url);
  await stage.pushTo('main');
  await stage.rest();
  await limiter.refresh();
  for (let n = 0; n < 17; n++) {
    await limiter.acquire(stage.now());
    await limiter.release({ kind: 'ok' }, stage.now(), 0);
  }
  await stage.pushTo('main');
  await stage.rest();
  t.equal(stage.robot.calls.length, 1);
  await stage.advance(MINUTE);
  t.equal(stage.robot.calls.length, 2);
});

t.test('retries do not spend more than the allowance either', async t => {
  const kinds: RobotKind[] = ['dingtalk', 'feishu'];
  for (const kind of kinds) {
    const stage = await robotStage(t, kind, { random: 0 });
    const { robot: sick } = stage;
    sick.answerNext(...names(200).map(() => ({ status: 503, body: '', means: 'transient' }) as const));
    await stage.pushesTo(...names(15));
    for (let n = 0; n < 40; n++) await stage.advance(8 * SECOND);
    t.ok(sick.busiest(MINUTE) <= { dingtalk: 18, feishu: 90 }[kind as 'dingtalk']);
    t.ok(sick.calls.length >= 15);
  }
});
