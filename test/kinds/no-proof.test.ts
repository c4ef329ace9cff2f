/** What no robot may take for a success, and what HTTP alone decides (chat-robots.md §7). */
import t from 'tap';
import { kindOf } from '../support/all-kinds.ts';
import { answer } from '../support/answer.ts';

const CHINESE = ['dingtalk', 'wecom', 'feishu'] as const;
const ROBOTS = [...CHINESE, 'slack'] as const;

t.test('a 2xx without an explicit zero is no success', async t => {
  const bodies: unknown[] = [
    '',
    ' ',
    'ok',
    '0',
    'null',
    '[]',
    '{}',
    '"ok"',
    '<html>200 OK</html>',
    '{"errcode":0',
    { errmsg: 'ok' },
    ...[null, true, false, '', ' ', 'ok', '0x0', 0.5, [], {}].flatMap(code => [
      { errcode: code, errmsg: 'ok' },
      { code, msg: 'success' },
      { StatusCode: code },
    ]),
    { code: null, StatusCode: 0 },
  ];
  for (const kind of CHINESE)
    for (const body of bodies)
      t.match(
        kindOf(kind).judge(answer(200, body), 0),
        { kind: 'transient', code: 'no-proof' },
        `${kind} ${JSON.stringify(body)}`,
      );
});

t.test('one platform’s zero is not another’s', async t => {
  t.not(kindOf('feishu').judge(answer(200, { errcode: 0 }), 0).kind, 'ok');
  t.not(kindOf('dingtalk').judge(answer(200, { code: 0 }), 0).kind, 'ok');
  t.not(kindOf('wecom').judge(answer(200, { StatusCode: 0 }), 0).kind, 'ok');
});

t.test('a zero code in an answer that is no 2xx is no success', async t => {
  for (const kind of CHINESE) {
    const verdict = kindOf(kind).judge(answer(404, { errcode: 0, code: 0 }), 0);
    t.match(verdict, { kind: 'config', reason: 'token', code: 'HTTP 404' }, kind);
  }
});

t.test('HTTP decides first', async t => {
  const rows: [status: number | null, more: object, verdict: object][] = [
    [
      null,
      { error: { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED' } },
      { kind: 'transient', code: 'ECONNREFUSED', retryAfterMs: null },
    ],
    [
      200,
      { error: { code: 'timeout', message: 'the body did not end' } },
      { kind: 'transient', code: 'timeout' },
    ],
    [429, {}, { kind: 'rate', scope: 'robot', retryAfterMs: 60_000, code: 'HTTP 429' }],
    [429, { headers: [['retry-after', '30']] }, { kind: 'rate', retryAfterMs: 30_000 }],
    [
      429,
      { headers: [['Retry-After', 'Thu, 01 Jan 1970 00:01:40 GMT']] },
      { kind: 'rate', retryAfterMs: 99_000 },
    ],
    [429, { headers: [['Retry-After', '999999']] }, { kind: 'rate', retryAfterMs: 3_600_000 }],
    [500, {}, { kind: 'transient', code: 'HTTP 500', retryAfterMs: null }],
    [503, { headers: [['Retry-After', '7']] }, { kind: 'transient', retryAfterMs: 7_000 }],
    [301, {}, { kind: 'config', reason: 'token' }],
    [307, {}, { kind: 'config', reason: 'token' }],
    [400, {}, { kind: 'payload', reason: 'rejected' }],
    [401, {}, { kind: 'config', reason: 'forbidden' }],
    [403, {}, { kind: 'config', reason: 'forbidden' }],
    [404, {}, { kind: 'config', reason: 'token' }],
    [408, {}, { kind: 'transient' }],
    [410, {}, { kind: 'config', reason: 'token' }],
    [413, {}, { kind: 'payload', reason: 'too_long' }],
    [422, {}, { kind: 'payload', reason: 'rejected' }],
  ];
  for (const kind of ROBOTS)
    for (const [status, more, wanted] of rows) {
      const verdict = kindOf(kind).judge(answer(status, '', more), 1_000);
      t.match(verdict, wanted, `${kind} ${status}`);
      if (verdict.kind !== 'ok') t.match(verdict.hint, /^[A-Z].*\.$/);
    }
});

t.test('an answer that was cut off while it said ok is transient', async t => {
  const error = { code: 'timeout', message: 'the body did not end' };
  t.match(kindOf('dingtalk').judge(answer(200, { errcode: 0 }, { error }), 0), { kind: 'transient' });
  t.match(kindOf('slack').judge(answer(200, 'ok', { error }), 0), { kind: 'transient' });
});

t.test('hints hold no control characters and no addresses', async t => {
  for (const kind of CHINESE) {
    const text = 'bad\u001b[31m \u0007from ip: 203.0.113.9, 2001:db8::17\u202e';
    const verdict = kindOf(kind).judge(answer(200, { errcode: 7, errmsg: text, code: 7, msg: text }), 0);
    t.ok(
      verdict.kind !== 'ok' && /"bad\[31m from ip: \*\*\*, \*\*\*"/.test(verdict.hint),
      JSON.stringify(verdict),
    );
  }
});
