/**
 * Real pushes with hostile texts to chats that take Slack's requests. Each reads Markdown in its own way: none gets blocks, and no
 * text of a pusher means anything to any of them.
 */
import t from 'tap';
import { answer } from '../support/behaviour.ts';
import { tower, WEB } from '../support/tower.ts';

const ZULIP = '/api/v1/external/slack_incoming';
const LOOK_ALIKES: [path: string, says: string][] = [
  [`${ZULIP}?api_key=abcdefgh&stream=git`, '{"result":"success","msg":""}'],
  ['/hooks/abcdefghijklmnopqrstuvwxyz', 'ok'],
  ['/hooks/64f0c0ffee/T0kenT0kenT0ken', '{"success":true}'],
];

t.test('a push that would call everybody in Zulip, Mattermost and Rocket.Chat calls nobody', async t => {
  const stage = await tower(t);
  for (const [path, says] of LOOK_ALIKES) {
    stage.receiver.script(path.split('?')[0]!, answer(200, { body: says }));
    await stage.webhook(path, ['--all', '--kind', 'slack', '--lang', 'en']);
  }
  const subject = '@*all* @**all** @channel <!here> #x evil.com [x](http://evil.example/)';
  const tip = await stage.repository.commit({
    files: { a: 'a\n' },
    message: `${subject}\n`,
    author: { name: '@everyone', email: 'e@example.com' },
  });
  await stage.repository.git('branch', '@all');
  await stage.repository.push(['@all']);
  const lines = await stage.settled(3);
  t.same(
    lines.map(line => line.state),
    ['delivered', 'delivered', 'delivered'],
  );
  for (const [path] of LOOK_ALIKES) {
    const [request] = stage.receiver.at(path.split('?')[0]!);
    const message = JSON.parse(request!.body.toString());
    t.same(Object.keys(message), ['text'], path);
    const item = message.text.split('\n').at(-1);
    t.equal(
      item,
      `• <${WEB}/acme/app/commit/${tip}|${tip.slice(0, 7)}> ` +
        '@\u200b∗all∗ @\u200b∗∗all∗∗ @\u200bchannel ＜!\u200bhere＞ #\u200bx evil.\u200bcom ［x］(http:\u200b//evil.\u200bexample/) — @\u200beveryone',
    );
    t.match(message.text, `<${WEB}/acme/app/tree/%40all|@\u200ball>`);
    t.notMatch(message.text, /@(?!\u200b)/, 'nobody is called');
  }
});
