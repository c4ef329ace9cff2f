import t from 'tap';
import { feishu } from '../../src/kinds/feishu.ts';
import { answer } from '../support/answer.ts';
import { robotForm, robotSeal } from '../support/robot-form.ts';
import { sampleNote, samplePush, WEB } from '../support/sample-events.ts';

const URL_ = 'https://open.feishu.cn/open-apis/bot/v2/hook/01234567-89ab-cdef-0123-456789abcdef';

t.test('a comment is a card of JSON 2.0', async t => {
  const event = sampleNote({ note: 'Does *this* ring <at id=all></at>?\r\n\r\n- no' });
  t.same(JSON.parse(feishu.render([event], robotForm())), {
    msg_type: 'interactive',
    card: {
      schema: '2.0',
      config: {
        summary: { content: '李四 commented on merge request !12 Let people log in with a key in acme/app' },
      },
      header: { title: { tag: 'plain_text', content: 'acme/app · !12' }, template: 'wathet' },
      body: {
        elements: [
          {
            tag: 'markdown',
            content: `李四 commented on merge request [&#33;12 Let people log in with a key](${WEB}/acme/app/pulls/12) in [acme&#47;app](${WEB}/acme/app)`,
          },
          {
            tag: 'markdown',
            content: '> Does &#42;this&#42; ring &#60;at id&#61;all&#62;&#60;&#47;at&#62;?\n> &#45; no',
          },
          {
            tag: 'button',
            text: { tag: 'plain_text', content: 'View comment' },
            behaviors: [{ type: 'open_url', default_url: `${WEB}/acme/app/pulls/12#note_77` }],
          },
        ],
      },
    },
  });
});

t.test('the plain text calls nobody', async t => {
  const event = samplePush({ sender: { ...samplePush().data.sender, name: '<at user_id="all">x</at>' } });
  const message = JSON.parse(feishu.render([event], robotForm({ fallback: 2 })));
  t.equal(message.msg_type, 'text');
  t.match(message.content.text, /^＜at user_id="all">x＜\/at> pushed 3 new commits/);
});

t.test('time and signature stand in the body', async t => {
  const sealed = (secret: string | null, seconds: number) =>
    JSON.parse(
      feishu.seal('{"msg_type":"text"}', robotSeal(URL_, { secret, now: seconds * 1_000 + 999 })).body,
    );
  t.same(sealed('xxx', 1661860880), {
    timestamp: '1661860880',
    sign: 'QnWVTSBe6FmQDE0bG6X0mURbI+DnvVyu1h+j5dHOjrU=',
    msg_type: 'text',
  });
  t.equal(sealed('demo', 1599360473).sign, 'l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=');
  t.same(sealed(null, 1), { msg_type: 'text' });
});

t.test('every answer of the table', async t => {
  const rows: [status: number, body: unknown, verdict: object][] = [
    [200, { StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' }, { kind: 'ok' }],
    [200, { code: 0, data: {}, msg: 'success' }, { kind: 'ok' }],
    [200, { Extra: null, StatusCode: 0, StatusMessage: 'success' }, { kind: 'ok' }],
    [
      200,
      { code: 19021, StatusCode: 0, msg: 'sign match fail or timestamp is not within one hour' },
      { kind: 'config', reason: 'sign' },
    ],
    [200, { code: 19021, msg: 'timestamp is not within one hour' }, { kind: 'config', reason: 'clock' }],
    [200, { code: 9499, msg: 'Bad Request', data: {} }, { kind: 'payload', reason: 'rejected' }],
    [400, { code: 9499, msg: 'Bad Request' }, { kind: 'payload', reason: 'rejected', code: '9499' }],
    [200, { code: 9499, msg: 'too many request' }, { kind: 'rate', scope: 'robot' }],
    [
      200,
      { code: 11232, msg: 'frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]' },
      { kind: 'rate', retryAfterMs: 2_000 },
    ],
    [200, { code: 11233, msg: '' }, { kind: 'rate' }],
    [200, { code: 11247, msg: '' }, { kind: 'rate' }],
    [
      200,
      { code: 19001, msg: 'param invalid: incoming webhook access token invalid' },
      { kind: 'config', reason: 'token' },
    ],
    [200, { code: 19002, msg: 'params error, msg_type need' }, { kind: 'payload', reason: 'rejected' }],
    [200, { code: 19007, msg: 'Bot Not Enabled' }, { kind: 'config', reason: 'disabled' }],
    [200, { code: 19022, msg: 'Ip Not Allowed' }, { kind: 'config', reason: 'ip' }],
    [200, { code: 19024, msg: 'Key Words Not Found' }, { kind: 'config', reason: 'keyword' }],
    [200, { code: 19036, msg: 'too large' }, { kind: 'payload', reason: 'too_long' }],
    [200, { code: 11246, msg: 'card parse error' }, { kind: 'payload', reason: 'rejected' }],
    [400, { code: 11310, msg: 'too many tables' }, { kind: 'payload', reason: 'rejected' }],
    [200, { code: 230099, msg: 'Failed to create card content' }, { kind: 'payload', reason: 'rejected' }],
    [200, { code: 200621, msg: 'parse card json err' }, { kind: 'payload', reason: 'rejected' }],
    [200, { error: 'access token invalid', ok: false }, { kind: 'config', reason: 'token', code: 'v1' }],
    [404, '404 page not found', { kind: 'config', reason: 'token', code: 'HTTP 404' }],
  ];
  for (const [status, body, wanted] of rows) {
    const verdict = feishu.judge(answer(status, body), 0);
    t.match(verdict, wanted, JSON.stringify(body));
    if (verdict.kind !== 'ok') t.match(verdict.hint, /^Feishu .*\.$/);
  }
});
