import t from 'tap';
import { slack } from '../../src/kinds/slack.ts';
import { answer } from '../support/answer.ts';
import { robotForm, robotSeal } from '../support/robot-form.ts';
import { sampleCommit, samplePush, sampleUser, WEB } from '../support/sample-events.ts';

const SLACK = 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX';
const MATTERMOST = 'https://chat.example.com/hooks/abcdefghijklmnopqrstuvwxyz';

const ROCKET_CHAT = 'https://chat.example.com/hooks/64f0c0ffee/T0kenT0kenT0ken';
const ZULIP = 'https://zulip.example.com/api/v1/external/slack_incoming?api_key=abcdefgh&stream=git';

t.test('blocks for Slack, the same in text for its notifications', async t => {
  const commits = [sampleCommit(4, 'Fix <b> & [x](http://evil.example/) @channel `a|b`', 'Li')];
  const event = samplePush({ commits, total_commits_count: 1 });
  const { text, blocks } = JSON.parse(slack.render([event], robotForm(), SLACK));
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
  t.ok(text.includes(` ${shown} `), 'notifications read the same');
});

t.test('a look-alike shows a text as it is, whatever its Markdown would make of it', async t => {
  const z = '\u200b';
  const texts: [hostile: string, shown: string][] = [
    ['@all @channel @here @everyone', `@${z}all @${z}channel @${z}here @${z}everyone`],
    ['@*all* @**all** @_**Li**', `@${z}∗all∗ @${z}∗∗all∗∗ @${z}＿∗∗Li∗∗`],
    ['<!channel> <!here|here> <@U024BE7LH>', `＜!${z}channel＞ ＜!${z}here│here＞ ＜@${z}U024BE7LH＞`],
    ['&lt;!channel&gt; &#64;all', `&${z}lt;!${z}channel&${z}gt; &${z}#${z}64;all`],
    ['#general #**git** ~town HEAD~1', `#${z}general #${z}∗∗git∗∗ ∼town HEAD~${z}1`],
    ['main.rs evil.com www.evil.com é.com', `main.${z}rs evil.${z}com www${z}.evil.${z}com é.${z}com`],
    ['http://evil.example/ a@evil.com', `http:${z}//evil.${z}example/ a@${z}evil.${z}com`],
    ['[x](http://evil) [x][y] ![x](y)', `［x］(http:${z}//evil) ［x］［y］ !${z}［x］(y)`],
    ['<http://evil.com|x> </b>', `＜http:${z}//evil.${z}com│x＞ ＜/b＞`],
    ['*b* _i_ ~s~ `c` ||s|| snake_case', `∗b∗ ＿i＿ ∼s∼ 'c' ││s││ snake_case`],
    ['$x$ $$y$$ \\(z\\) :tada: !avatar(x)', `＄x＄ ＄＄y＄＄ ＼(z＼) :${z}tada: !${z}avatar(x)`],
    ['+4912345678 tel:1 C++ 50% done.', `+${z}4912345678 tel:${z}1 C+${z}+ 50% done.`],
  ];
  for (const url of [MATTERMOST, ROCKET_CHAT, ZULIP])
    for (const [hostile, shown] of texts) {
      const event = samplePush({ commits: [sampleCommit(4, hostile, '@all')], total_commits_count: 1 });
      const message = JSON.parse(slack.render([event], robotForm(), url));
      const id = 'a1b2c3d40f9e8d7c0f9e8d7c0f9e8d7c0f9e8d7c';
      const [headline, item] = message.text.split('\n');
      t.strictSame(Object.keys(message), ['text'], 'no blocks');
      t.match(
        headline,
        /^张三 pushed <https:[^|]*\|1 new commit> to <https:[^|]*\|main> in <https:[^|]*\|acme\/app>$/,
      );
      t.equal(item, `• <${WEB}/acme/app/commit/${id}|a1b2c3d> ${shown} — @${z}all`);
    }
});

t.test('a line of a look-alike begins with no mark and no command', async t => {
  for (const name of ['/me', '/poll', '# x', '> x', '- x', '1. x', '=== x', '+ x']) {
    const event = samplePush({ sender: sampleUser(name) });
    for (const fallback of [0, 2] as const) {
      const { text } = JSON.parse(slack.render([event], robotForm({ fallback }), ZULIP));
      t.match(text, /^(?:\u200b|＞ x)/u, name);
    }
  }
});

t.test('the last resort of a look-alike is written for it too', async t => {
  const event = samplePush({ sender: sampleUser('@**all** evil.com') });
  t.strictSame(JSON.parse(slack.render([event], robotForm({ fallback: 2 }), MATTERMOST)), {
    text: '@\u200b∗∗all∗∗ evil.\u200bcom pushed 3 new commits to main in acme/app',
    mrkdwn: false,
  });
});

t.test('Slack itself gets what it got before, on both of its hosts', async t => {
  const event = samplePush({ commits: [sampleCommit(4, '[x] main.rs #1 $a', 'Li')], total_commits_count: 1 });
  const known = slack.render([event], robotForm());
  for (const url of [SLACK, SLACK.replace('slack.com', 'slack-gov.com')])
    t.equal(slack.render([event], robotForm(), url), known);
  t.match(JSON.parse(known).text, / \[x\] main\.rs #1 \$a — Li$/);
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
