import t from 'tap';
import { dingtalk } from '../../src/kinds/dingtalk.ts';
import type { Form } from '../../src/messages/outline-of.ts';
import { answer } from '../support/answer.ts';
import { robotForm, robotSeal } from '../support/robot-form.ts';
import { sampleMergeRequest, samplePush, sampleTag, WEB } from '../support/sample-events.ts';

const URL_ = 'https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef0123456789abcdef';
const render = (events = [samplePush()], more = {}) => JSON.parse(dingtalk.render(events, robotForm(more)));

t.test('a push is markdown, because every commit has its own link', async t => {
  const commit = (n: number) => `${WEB}/acme/app/commit/a1b2c3d${n}0f9e8d7c0f9e8d7c0f9e8d7c0f9e8d7c`;
  const compare = `${WEB}/acme/app/compare/a1b2c3d10f9e8d7c0f9e8d7c0f9e8d7c0f9e8d7c...a1b2c3d40f9e8d7c0f9e8d7c0f9e8d7c0f9e8d7c`;
  t.same(render(), {
    msgtype: 'markdown',
    markdown: {
      title: '张三 pushed 3 new commits to main in acme/app',
      text: [
        `张三 pushed [3 new commits](${compare}) to [main](${WEB}/acme/app/tree/main) in [acme/app](${WEB}/acme/app)`,
        '',
        `- [a1b2c3d](${commit(4)}) Change number 4 — 李四`,
        `- [a1b2c3d](${commit(3)}) Change number 3 — 李四`,
        `- [a1b2c3d](${commit(2)}) Change number 2 — 李四`,
      ].join('\n'),
    },
  });
});

t.test('what has one page is a card, and its page opens in the browser', async t => {
  const { msgtype, actionCard } = render([sampleMergeRequest()]);
  t.equal(msgtype, 'actionCard');
  t.equal(actionCard.singleTitle, 'View merge request');
  t.equal(
    actionCard.singleURL,
    'dingtalk://dingtalkclient/page/link?url=https%3A%2F%2Fgit.example.com%2Facme%2Fapp%2Fpulls%2F12&pc_slide=false',
  );
  t.equal(
    actionCard.text,
    `张三 opened merge request [!12 Let people log in with a key](${WEB}/acme/app/pulls/12) in [acme/app](${WEB}/acme/app)  \n  feature/login → main`,
  );
});

t.test('the last resort is one plain line without commits and links', async t => {
  const { msgUuid: _, ...message } = render([samplePush()], { fallback: 2 });
  t.same(message, {
    msgtype: 'text',
    text: { content: '张三 pushed 3 new commits to main in acme/app' },
  });
});

t.test('the signature stands in the query, made anew from the time', async t => {
  const sealed = (secret: string | null, now: number, url = URL_) =>
    dingtalk.seal('{"msgtype":"text"}', robotSeal(url, { secret, now })).url;
  t.equal(
    sealed('xxx', 1661860880),
    `${URL_}&timestamp=1661860880&sign=dIUMcehSFkPlWOGqwoP5EFcartyN67QSY9wbVW%2BhTbE%3D`,
  );
  t.equal(
    new URL(sealed('this is a secret', 1577262236757)).searchParams.get('sign'),
    'DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA=',
  );
  t.equal(sealed(null, 1), URL_, 'no secret, no signature');
  t.equal(
    sealed('xxx', 1661860880, `${URL_}&timestamp=1&sign=old`),
    `${URL_}&timestamp=1661860880&sign=dIUMcehSFkPlWOGqwoP5EFcartyN67QSY9wbVW%2BhTbE%3D`,
    'an old signature in the pasted URL gives way',
  );
});

t.test('a repeat of one message has one msgUuid, a fallback or a digest another', async t => {
  const uuid = (form: Partial<Form>, now: number, events = [samplePush()]) => {
    const { body, headers, method } = dingtalk.seal(
      dingtalk.render(events, robotForm(form)),
      robotSeal(URL_, { now }),
    );
    t.equal(method, 'POST');
    t.same(headers[0], ['Content-Type', 'application/json']);
    return JSON.parse(body).msgUuid;
  };
  const id = '0192f0c1-7e3a-7cc0-8000-000000000001';
  t.equal(uuid({}, 1), id);
  t.equal(uuid({}, 2), id);
  const two = [samplePush(), sampleMergeRequest()];
  const names = [
    uuid({}, 1),
    uuid({ fallback: 1 }, 1),
    uuid({ fallback: 2 }, 1),
    uuid({ digest: true }, 1, two),
    uuid({ digest: true }, 1, [...two, sampleTag()]),
  ];
  t.equal(new Set(names).size, names.length, 'a digest that grew is another message too');
  t.ok(names.every(name => name.startsWith(id)));
  t.equal(uuid({ digest: true }, 2, two), names[3]);
});

const TABLE: [body: unknown, verdict: Record<string, unknown>][] = [
  [{ errcode: 0, errmsg: 'ok' }, { kind: 'ok' }],
  [{ errcode: '0', errmsg: 'ok' }, { kind: 'ok' }],
  [{ errcode: -1, errmsg: '系统繁忙' }, { kind: 'transient' }],
  [
    { errcode: 40035, errmsg: '缺少参数 json' },
    { kind: 'payload', reason: 'rejected' },
  ],
  [
    { errcode: 40035, errmsg: '缺少参数 access_token' },
    { kind: 'config', reason: 'token', code: '40035' },
  ],
  [
    { errcode: 43002, errmsg: '需要POST请求' },
    { kind: 'payload', reason: 'rejected' },
  ],
  [
    { errcode: 43004, errmsg: '无效的HTTP HEADER Content-Type' },
    { kind: 'payload', reason: 'rejected' },
  ],
  [
    { errcode: 300001, errmsg: 'token is not exist' },
    { kind: 'config', reason: 'token' },
  ],
  [
    { errcode: 300005, errmsg: 'token is not exist' },
    { kind: 'config', reason: 'token' },
  ],
  [
    { errcode: 400013, errmsg: '群已被解散' },
    { kind: 'config', reason: 'disabled' },
  ],
  [
    { errcode: 400101, errmsg: 'access_token不存在' },
    { kind: 'config', reason: 'token' },
  ],
  [
    { errcode: 400102, errmsg: '机器人已停用' },
    { kind: 'config', reason: 'disabled' },
  ],
  [
    { errcode: 400105, errmsg: '不支持的消息类型' },
    { kind: 'payload', reason: 'rejected' },
  ],
  [
    { errcode: 400106, errmsg: '机器人不存在' },
    { kind: 'config', reason: 'token' },
  ],
  [
    { errcode: 410100, errmsg: '发送速度太快而限流' },
    { kind: 'rate', scope: 'robot', retryAfterMs: 600_000 },
  ],
  [
    { errcode: 130101, errmsg: 'send too fast, exceed 20 times per minute' },
    { kind: 'rate', retryAfterMs: 600_000 },
  ],
  [
    { errcode: 430101, errmsg: 'unsafe link' },
    { kind: 'payload', reason: 'content_policy' },
  ],
  [
    { errcode: 430102, errmsg: 'unsafe text' },
    { kind: 'payload', reason: 'content_policy' },
  ],
  [
    { errcode: 430103, errmsg: 'unsafe picture' },
    { kind: 'payload', reason: 'content_policy' },
  ],
  [
    { errcode: 430104, errmsg: 'unsafe content' },
    { kind: 'payload', reason: 'content_policy' },
  ],
  [
    { errcode: 460101, errmsg: 'message too long, exceed 20000 bytes' },
    { kind: 'payload', reason: 'too_long' },
  ],
  [
    { errcode: 101002, errmsg: 'message is too long' },
    { kind: 'payload', reason: 'too_long' },
  ],
  [{ errcode: 90002 }, { kind: 'rate', retryAfterMs: 1_000 }],
  [{ errcode: 90018 }, { kind: 'rate', retryAfterMs: 1_000 }],
  [
    { errcode: 310000, errmsg: 'keywords not in content' },
    { kind: 'config', reason: 'keyword' },
  ],
  [
    { errcode: 310000, errmsg: '错误描述:关键词不匹配' },
    { kind: 'config', reason: 'keyword' },
  ],
  [
    { errcode: 310000, errmsg: 'sign not match, more: [https://x]' },
    { kind: 'config', reason: 'sign' },
  ],
  [
    { errcode: 310000, errmsg: '签名不匹配;解决方案:请检查时间戳 timestamp' },
    { kind: 'config', reason: 'sign' },
  ],
  [
    { errcode: 310000, errmsg: 'invalid timestamp' },
    { kind: 'config', reason: 'clock' },
  ],
  [
    { errcode: 310000, errmsg: 'not in whitelist, ip 203.0.113.7' },
    { kind: 'config', reason: 'ip' },
  ],
  [
    { errcode: 310000, errmsg: '来源IP不在白名单内' },
    { kind: 'config', reason: 'ip' },
  ],
  [
    { errcode: 310000, errmsg: '?' },
    { kind: 'config', reason: 'forbidden' },
  ],
  [
    { status: 1111, wait: 5, source: 'x5', punish: 'deny' },
    { kind: 'rate', scope: 'host', retryAfterMs: 300_000 },
  ],
  ['<html>x5sec</html>', { kind: 'rate', scope: 'host' }],
  [
    { errcode: 777777, errmsg: 'something new' },
    { kind: 'payload', reason: 'rejected', code: '777777' },
  ],
  [
    { errcode: 777777, errmsg: 'too many requests' },
    { kind: 'rate', scope: 'robot' },
  ],
];

t.test('every answer of the table', async t => {
  for (const [body, wanted] of TABLE) {
    const verdict = dingtalk.judge(answer(200, body), 0);
    t.match(verdict, wanted, JSON.stringify(body));
    if (verdict.kind !== 'ok') t.match(verdict.hint, /^DingTalk .*\.$/, verdict.hint);
  }
});

t.test('the advice says what the robot said and what to do, and not our address', async t => {
  const hint = (body: unknown) => {
    const verdict = dingtalk.judge(answer(200, body), 0);
    return verdict.kind === 'ok' ? '' : verdict.hint;
  };
  t.equal(
    hint({ errcode: 310000, errmsg: 'sign not match' }),
    'DingTalk says "sign not match" (310000): the robot rejects belfry’s signature: wrong secret, or signing is off; copy the SEC… secret from its security settings.',
  );
  t.match(hint({ errcode: 310000, errmsg: 'not in whitelist, ip 203.0.113.7' }), /ip \*\*\*/);
});
