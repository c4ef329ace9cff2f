import t from 'tap';
import { slack } from '../../src/kinds/slack.ts';
import { answer } from '../support/answer.ts';
import { robotForm, robotSeal } from '../support/robot-form.ts';
import { sampleCommit, samplePush, WEB } from '../support/sample-events.ts';

const SLACK = 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX';
const MATTERMOST = 'https://chat.example.com/hooks/abcdefghijklmnopqrstuvwxyz';

t.test('blocks for Slack, the same in text for its look-alikes', async t => {
  const commits = [sampleCommit(4, 'Fix <b> & [x](http://evil.example/) @channel `a|b`', 'Li')];
  const event = samplePush({ commits, total_commits_count: 1 });
  const { text, blocks } = JSON.parse(slack.render([event], robotForm()));
  const id = (n: number) => `a1b2c3d${n}0f9e8d7c0f9e8d7c0f9e8d7c0f9e8d7c`;
  const headline = `张三 pushed <${WEB}/acme/app/compare/${id(1)}...${id(4)}|1 new commit> to <${WEB}/acme/app/tree/main|main> in <${WEB}/acme/app|acme/app>`;
  const item = `• <${WEB}/acme/app/commit/${id(4)}|a1b2c3d> Fix &lt;b&gt; &amp; [x](http:\u200b//evil.example/) @channel 'a│b' — Li`;
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } });
  t.same(blocks, [section(headline), section(item)]);
  t.equal(text, `${headline}\n${item.replace('](', ']\u200b(').replace('@', '@\u200b')}`);
});

t.test('marks in a commit title formatted the message', async t => {
  const title = '*bold* _it_ ~gone~ **x** snake_case HEAD~1 __init__.py src/*.ts';
  const event = samplePush({ commits: [sampleCommit(4, title, 'Li')], total_commits_count: 1 });
  const { text, blocks } = JSON.parse(slack.render([event], robotForm()));
  const shown = '∗bold∗ ＿it＿ ∼gone∼ ∗∗x∗∗ snake_case HEAD~1 ＿＿init＿＿.py src/∗.ts';
  t.ok(blocks.at(-1).text.text.includes(` ${shown} `), blocks.at(-1).text.text);
  t.ok(text.includes(` ${shown} `), 'look-alikes read the same');
});

t.test('the last resort is text alone', async t => {
  t.same(JSON.parse(slack.render([samplePush()], robotForm({ fallback: 2 }))), {
    text: '张三 pushed 3 new commits to main in acme/app',
    mrkdwn: false,
  });
});

t.test('the message goes out as it is', async t => {
  const { url, body } = slack.seal('{"text":"x"}', robotSeal(SLACK, { secret: 'unused' }));
  t.same([url, body], [SLACK, '{"text":"x"}']);
});

t.test('every answer of the table', async t => {
  const rows: [status: number, body: string, verdict: object][] = [
    [200, 'ok', { kind: 'ok' }],
    ...['invalid_payload', 'no_text', 'too_many_attachments', 'invalid_blocks', 'invalid_blocks_format'].map(
      (word): [number, string, object] => [400, word, { kind: 'payload', reason: 'rejected', code: word }],
    ),
    [400, 'msg_too_long', { kind: 'payload', reason: 'too_long' }],
    [400, 'msg_blocks_too_long', { kind: 'payload', reason: 'too_long' }],
    [400, 'user_not_found', { kind: 'config', reason: 'disabled' }],
    [404, 'channel_not_found', { kind: 'config', reason: 'disabled' }],
    [403, 'action_prohibited', { kind: 'config', reason: 'forbidden' }],
    [403, 'invalid_token', { kind: 'config', reason: 'token' }],
    [403, 'posting_to_general_channel_denied', { kind: 'config', reason: 'forbidden' }],
    ...['no_service', 'no_service_id', 'no_team', 'no_active_hooks'].map((word): [number, string, object] => [
      404,
      word,
      { kind: 'config', reason: 'token', code: word },
    ]),
    [404, 'team_disabled', { kind: 'config', reason: 'disabled' }],
    [410, 'channel_is_archived', { kind: 'config', reason: 'disabled' }],
    [500, 'rollup_error', { kind: 'transient', code: 'rollup_error' }],
    [429, 'anything', { kind: 'rate', scope: 'robot' }],
    [429, 'no_service', { kind: 'rate', scope: 'robot' }],
    [200, 'no_service', { kind: 'config', reason: 'token' }],
    [200, '{"ok":false,"error":"invalid_payload"}', { kind: 'payload', code: 'invalid_payload' }],
  ];
  for (const url of [SLACK, MATTERMOST, undefined])
    for (const [status, body, wanted] of rows) {
      const verdict = slack.judge(answer(status, body), 0, url);
      t.match(verdict, wanted, body);
      if (verdict.kind !== 'ok') t.match(verdict.hint, /^Slack .*\.$/);
    }
});

t.test('a look-alike may say what it likes with a 2xx, except that it failed', async t => {
  for (const [status, body] of [
    [200, 'ok'],
    [200, ''],
    [204, ''],
    [201, '{"success":true}'],
    [200, '{}'],
    [200, 'accepted'],
  ] as const)
    t.match(slack.judge(answer(status, body), 0, MATTERMOST), { kind: 'ok' }, body);
  for (const body of [
    '{"success":false,"error":"nope"}',
    '{"ok":false}',
    '{"error":"nope"}',
    '<!DOCTYPE html><title>Log in</title>',
  ])
    t.match(slack.judge(answer(200, body), 0, MATTERMOST), { kind: 'transient', code: 'no-proof' }, body);
});

t.test('Slack itself has to say ok', async t => {
  for (const body of ['', '{}', 'OK', '<html></html>', '{"ok":true}'])
    for (const url of [SLACK, SLACK.replace('slack.com', 'slack-gov.com')])
      t.match(slack.judge(answer(200, body), 0, url), { kind: 'transient', code: 'no-proof' }, body);
});
