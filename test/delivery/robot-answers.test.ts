/** What becomes of a message by what the robot says: every answer of the four tables, once each. */
import t from 'tap';
import { matches } from '../support/matches.ts';
import type { RobotKind } from '../support/robot.ts';
import { ANSWERS, OUR_ADDRESS, type RobotAnswer } from '../support/robot-answers.ts';
import { sampleCommit, samplePush } from '../support/sample-events.ts';
import { MINUTE, robotStage, SECOND } from './robot-stage.ts';

const KINDS: RobotKind[] = ['dingtalk', 'wecom', 'feishu', 'slack'];
const SECRET = 'SEC0a1b2c3d4e5f60718293a4b5c6d7e8f9';

for (const kind of KINDS) {
  t.test(`every answer of ${kind} leads to its outcome`, async t => {
    const stage = await robotStage(t, kind);
    const { robot } = stage;
    const [{ id: webhook } = { id: 0 }] = await stage.store.webhooks.list();
    for (const [name, said] of Object.entries(ANSWERS[kind]) as [string, RobotAnswer][]) {
      robot.calls.splice(0);
      robot.answerNext(said);
      await stage.pushTo('main');
      await stage.rest();
      const first = await stage.last();
      const label = `${name}: ${said.means}`;
      if (said.means === 'config') {
        t.match(
          first,
          { state: 'failed', attempts: 1, next_attempt_at: null, last_error: /\S{3}: .+\.$/ },
          label,
        );
      } else if (said.means === 'ok') {
        t.match(first, { state: 'delivered', attempts: 1, last_error: null }, label);
      } else if (said.means === 'payload' || said.means === 'too_long') {
        t.match(first, { state: 'delivered', attempts: 2, last_error: null }, label);
        t.equal(robot.calls.length, 2, label);
        const [long, short] = robot.calls.map(call => call.text);
        t.ok(short!.length <= long!.length, `${label}, shorter`);
        t.equal(/Change number/.test(short!), said.means === 'too_long', `${label}, plain`);
      } else {
        t.match(first, { state: 'pending', attempts: 1, last_error: /\S{3}: .+\.$/ }, label);
        t.equal(robot.calls.length, 1, label);
        await stage.advance(said.means === 'transient' ? 10 * SECOND : 10 * MINUTE);
        t.match(await stage.last(), { state: 'delivered', attempts: 2 }, `${label}, afterwards`);
      }
      await stage.store.webhooks.enable(webhook, stage.now());
      await stage.advance(11 * MINUTE);
    }
  });
}

t.test('an answer that is no proof is no success, and the repeat does not appear twice', async t => {
  const stage = await robotStage(t, 'dingtalk');
  const { robot } = stage;
  // It arrived, but who knows.
  robot.answerNext({ status: 200, body: '<html>ok</html>', means: 'ok' });
  await stage.pushTo('main');
  await stage.rest();
  t.match(await stage.last(), { state: 'pending', last_status: 200, last_error: /no confirmation/ });
  await stage.advance(10 * SECOND);
  t.match(await stage.last(), { state: 'delivered', attempts: 2 });
  t.same(
    robot.calls.map(call => call.shown),
    [true, false],
  );
});

t.test('what an admin sends again appears again', async t => {
  const stage = await robotStage(t, 'dingtalk');
  const { robot } = stage;
  await stage.pushTo('main');
  await stage.rest();
  const { id } = await stage.last();
  for (const times of [2, 3]) {
    await stage.store.deliveries.redeliver([id], stage.now());
    await stage.advance(0);
    t.match(await stage.last(), { id, state: 'delivered' });
    t.equal(robot.chat().length, times);
  }
});

t.test('too long is told shorter, then as a sentence, then not at all', async t => {
  const { tooLong, messageType } = ANSWERS.dingtalk;
  const stage = await robotStage(t, 'dingtalk');
  const { robot } = stage;
  robot.answerNext(tooLong, tooLong, tooLong);
  const commits = Array.from({ length: 10 }, (_, n) => sampleCommit(20 - n, `${'很长的说明'.repeat(40)}\n`));
  await stage.push(samplePush({ commits, total_commits_count: 200 }));
  await stage.rest();
  t.match(await stage.last(), { state: 'failed', attempts: 3, last_error: /460101.*shorter/ });
  const sizes = robot.calls.map(call => call.text.length);
  t.ok(sizes[0]! > sizes[1]! && sizes[1]! > sizes[2]!, `${sizes}`);
  t.match(robot.calls[2]!.text, /^张三 pushed 200 new commits to main in acme\/app$/);
  t.equal(
    new Set(robot.calls.map(call => JSON.parse(call.body).msgUuid)).size,
    3,
    'three messages, three names',
  );

  robot.answerNext(messageType, messageType);
  await stage.pushTo('main');
  await stage.rest();
  t.match(
    await stage.last(),
    { state: 'failed', attempts: 2 },
    'of what it does not understand, only the plain one',
  );
});

t.test('a robot that takes only real cards gets plain text', async t => {
  const stage = await robotStage(t, 'feishu', { robot: { secret: SECRET } });
  stage.robot.answerNext(ANSWERS.feishu.card);
  await stage.pushTo('main');
  await stage.rest();
  t.match(await stage.last(), { state: 'delivered', attempts: 2 });
  t.match(JSON.parse(stage.robot.calls[1]!.body), {
    msg_type: 'text',
    content: { text: '张三 pushed 3 new commits to main in acme/app' },
  });
});

for (const kind of ['dingtalk', 'feishu'] as const) {
  t.test(
    `${kind}: every attempt is signed at its own time; a wrong secret and a wrong clock are named`,
    async t => {
      const stage = await robotStage(t, kind, { robot: { secret: SECRET } });
      const { robot } = stage;
      const busy = { status: 503, body: '', means: 'transient' } as const;
      robot.answerNext(busy, busy, busy, busy, busy);
      await stage.pushTo('main');
      await stage.rest();
      for (const wait of [10 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 120 * MINUTE])
        await stage.advance(wait);
      t.match(await stage.last(), { state: 'delivered', attempts: 6 });

      robot.settings.secret = 'SEC-another-one';
      await stage.pushTo('main');
      await stage.rest();
      t.match(await stage.last(), {
        state: 'failed',
        attempts: 1,
        last_error: /rejects belfry’s signature: wrong secret/,
      });

      robot.settings.secret = SECRET;
      robot.skewMs = 61 * MINUTE;
      await stage.pushTo('main');
      await stage.rest();
      t.match(await stage.last(), { state: 'failed', attempts: 1, last_error: /clock/ });
    },
  );

  t.test(`${kind}: a robot with a keyword`, async t => {
    const stage = await robotStage(t, kind, { robot: { keyword: '发布' } });
    await stage.pushTo('main');
    await stage.rest();
    t.match(await stage.last(), { state: 'delivered', attempts: 1 });
    stage.robot.settings.keyword = '部署';
    await stage.pushTo('main');
    await stage.rest();
    t.match(await stage.last(), {
      state: 'failed',
      last_error: /give the webhook one of them with --keyword/,
    });
  });
}

t.test('three refusals in a row that only a person can fix: what comes then is held', async t => {
  const stage = await robotStage(t, 'wecom');
  const { robot, store } = stage;
  const { off, ok } = ANSWERS.wecom;
  robot.answerNext(off, off, ok, off, off, off);
  for (let n = 1; n <= 8; n++) {
    await stage.pushTo('main');
    await stage.rest();
  }
  t.same(
    (await stage.deliveries()).map(one => one.state),
    ['failed', 'failed', 'delivered', 'failed', 'failed', 'failed', 'held', 'held'],
  );
  t.equal(robot.calls.length, 6);
  const [webhook] = await store.webhooks.list();
  t.match(webhook!.disabled_reason, /the robot is switched off; switch it on, then enable the webhook again/);
  matches(t, stage.log, [
    /^warn webhook 1 is disabled, \d+ deliver(?:y|ies) held: WeCom says "robot is disabled/,
  ]);

  await store.webhooks.enable(webhook!.id, stage.now());
  await stage.advance(MINUTE);
  t.equal(robot.calls.length, 8);
});

for (const kind of KINDS) {
  t.test(`${kind}: the log shows neither secrets nor our own address`, async t => {
    const stage = await robotStage(t, kind, {
      robot: {
        token: 'f0e1d2c3b4a5968778695a4b3c2d1e0f',
        secret: kind === 'slack' || kind === 'wecom' ? null : SECRET,
      },
    });
    const { robot } = stage;
    const token = 'f0e1d2c3b4a5968778695a4b3c2d1e0f';
    const echo = JSON.stringify({
      errcode: 40058,
      code: 19022,
      errmsg: `${robot.url} ${SECRET}`,
      msg: `from ip: ${OUR_ADDRESS} ${token}`,
    });
    robot.answerNext({ status: 200, body: echo, means: 'config' });
    await stage.pushTo('main');
    await stage.rest();
    const shown = JSON.stringify(await stage.store.deliveries.show((await stage.last()).id));
    t.notMatch(shown, token);
    t.notMatch(shown, OUR_ADDRESS);
    if (robot.settings.secret !== null) t.notMatch(shown, SECRET);
    for (const { url, body } of robot.calls) {
      const sign = new URL(url, 'http://robot').searchParams.get('sign') ?? JSON.parse(body).sign;
      if (sign) t.notMatch(shown, sign);
    }
  });
}
