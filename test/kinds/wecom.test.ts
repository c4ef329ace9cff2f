import t from 'tap';
import { wecom } from '../../src/kinds/wecom.ts';
import { answer } from '../support/answer.ts';
import { robotForm, robotSeal } from '../support/robot-form.ts';
import { sampleCommit, samplePush, WEB } from '../support/sample-events.ts';

const URL_ = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa';

t.test('a forced push in Chinese', async t => {
  const event = samplePush({
    facts: { forced: true, removed: 2 },
    commits: [sampleCommit(4)],
    total_commits_count: 3,
  });
  const { msgtype, markdown } = JSON.parse(wecom.render([event], robotForm({ language: 'zh' })));
  const id = (n: number) => `a1b2c3d${n}0f9e8d7c0f9e8d7c0f9e8d7c0f9e8d7c`;
  const compare = `${WEB}/acme/app/compare/${id(1)}...${id(4)}`;
  t.equal(msgtype, 'markdown');
  t.same(markdown.content.split('\n'), [
    `张三 <font color="warning">强制推送了</font> [acme/app](${WEB}/acme/app) 的 [main](${WEB}/acme/app/tree/main) 分支：[3 个新提交，移除 2 个提交](${compare})`,
    `> [a1b2c3d](${WEB}/acme/app/commit/${id(4)}) Change number 4 — 李四`,
    `> [还有 2 个提交](${compare})`,
  ]);
});

t.test('Chinese subjects are cut by bytes and by commits, and the rest is counted', async t => {
  const commits = Array.from({ length: 10 }, (_, i) => sampleCommit(i, '修'.repeat(200), '张'.repeat(90)));
  const event = samplePush({ commits, total_commits_count: 37 });
  const { markdown } = JSON.parse(wecom.render([event], robotForm({ language: 'zh' })));
  const lines: string[] = markdown.content.split('\n');
  const listed = lines.filter(line => line.startsWith('> [a1b2c3d')).length;
  t.ok(Buffer.byteLength(markdown.content) <= 3_900);
  t.ok(listed >= 6 && listed < 10, String(listed));
  t.match(lines.at(-1), `> [还有 ${37 - listed} 个提交](`);
  t.match(lines[1], `${'修'.repeat(80)}… — ${'张'.repeat(40)}…`);
});

t.test('nothing is signed: the key in the URL is the secret', async t => {
  const request = wecom.seal('{"msgtype":"text"}', robotSeal(URL_, { secret: 'unused' }));
  t.equal(request.url, URL_);
  t.equal(request.body, '{"msgtype":"text"}');
});

t.test('every answer of the table', async t => {
  const more =
    ', hint: [1234567890123], from ip: 203.0.113.9, more info at https://open.work.weixin.qq.com/devtool/query?e=1';
  const rows: [errcode: number | string, errmsg: string, verdict: object][] = [
    [0, 'ok', { kind: 'ok' }],
    ['0', 'ok', { kind: 'ok' }],
    [0, 'ok. Warning: wrong json format. ', { kind: 'payload', reason: 'rejected', code: '0' }],
    [-1, 'system busy', { kind: 'transient' }],
    [40008, 'invalid message type', { kind: 'payload', reason: 'rejected' }],
    [
      40058,
      'markdown.content exceed max length 4096. invalid Request Parameter',
      { kind: 'payload', reason: 'too_long' },
    ],
    [40058, 'invalid Request Parameter', { kind: 'payload', reason: 'rejected' }],
    [44004, 'empty content', { kind: 'payload', reason: 'rejected' }],
    [45009, 'api freq out of limit', { kind: 'rate', scope: 'robot', retryAfterMs: 60_000 }],
    [45033, 'concurrency limit', { kind: 'rate', retryAfterMs: 2_000 }],
    [93000, 'invalid webhook url', { kind: 'config', reason: 'token' }],
    [93004, 'robot disabled', { kind: 'config', reason: 'disabled' }],
    [93008, 'not in the group', { kind: 'config', reason: 'disabled' }],
    [99999, 'who knows', { kind: 'payload', reason: 'rejected', code: '99999' }],
  ];
  for (const [errcode, errmsg, wanted] of rows) {
    const verdict = wecom.judge(answer(200, { errcode, errmsg: errmsg + more }), 0);
    t.match(verdict, wanted, errmsg);
    if (verdict.kind !== 'ok') {
      t.match(verdict.hint, /^WeCom .*\.$/);
      t.notMatch(verdict.hint, '203.0.113.9');
    }
  }
});
