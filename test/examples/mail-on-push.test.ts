/** From `git push` to a mail server, with the package as npm packs it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PROJECT } from '../support/belfry.ts';
import { exampleProgram } from '../support/example-program.ts';
import { mailServer } from '../support/mail-server.ts';
import { matches } from '../support/matches.ts';
import { installedExample } from '../support/packed.ts';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

const SECRET = 'correct-horse-battery';

t.test('every push is a mail, however often it is delivered', async t => {
  const { dir, belfry, repository, settled } = await tower(t);
  const mails = await mailServer(t);
  const example = await installedExample(dir, 'mail-on-push');
  const program = await exampleProgram(t, example, {
    ...belfry.env,
    SECRET,
    SMTP_URL: mails.url,
    MAIL_FROM: 'git@example.com',
    MAIL_TO: 'team@example.com, boss@example.com',
  });
  const hook = ['webhook', 'add', program.url, '--all', '--events', 'push,tag_push', '--secret-env', 'S'];
  await belfry.json(hook, { env: { S: SECRET } });

  await repository.commit({ message: 'First\n' });
  await repository.push(['main']);
  await mails.received(1);
  await repository.commit({ message: 'Ring\u0007 twice\n\nBcc: everybody@example.com\n' });
  await repository.commit({ message: '.\n' });
  await repository.push(['main']);
  const [created, pushed] = await mails.received(2);
  t.match(created!.text, /^Subject: \[acme\/app\] .*new branch main\r$/m);
  matches(t, pushed, { from: 'git@example.com', to: ['team@example.com', 'boss@example.com'] });
  t.match(pushed!.text, /^Subject: \[acme\/app\] .*: 2 commits to branch main\r$/m);
  const text = decoded(pushed!.text);
  t.match(text, /^[0-9a-f]{8} Ring {2}twice \(张三\)$/m);
  t.notMatch(text, /everybody/, 'only the first line of a message');

  const sent = await settled(2);
  t.ok(sent.every(one => one.state === 'delivered'));
  await belfry.json(['redeliver', ...sent.map(one => one.id)]);
  await until('both to be delivered again', async () => {
    const lines = await settled(2);
    return lines.every(one => one.attempts === 2 && one.state === 'delivered');
  });
  await repository.push(['main:refs/tags/v1']);
  const all = await mails.received(3);
  t.equal(all.length, 3, 'what was delivered again was mailed once');
  t.match(all[2]!.text, /new tag v1/);
});

t.test('the example and the test use the same nodemailer', async t => {
  const read = (path: string) => JSON.parse(readFileSync(join(PROJECT, path), 'utf8'));
  const { nodemailer } = read('package.json').devDependencies;
  t.equal(read('examples/mail-on-push/package.json').dependencies.nodemailer, nodemailer);
});

/** The text of a mail in quoted-printable or Base64. */
function decoded(mail: string): string {
  const [head, ...rest] = mail.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  const encoding = /^content-transfer-encoding: (.*)\r?$/im.exec(head!)?.[1]?.trim();
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return body.replaceAll('\r', '');
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\r', '');
}
