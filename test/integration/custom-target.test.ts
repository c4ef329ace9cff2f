/** Real pushes to targets that no kind was made for: what arrives, what counts as a success, and what stays hidden. */
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { answer } from '../support/behaviour.ts';
import { headerOf } from '../support/receiver.ts';
import { tower } from '../support/tower.ts';

const SECRET = 'belfry-test-secret-01';
const NEXT = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const LAST = 'third-secret-77f1';
const KEY = 'own-header-key-31c9';
const TEMPLATE = JSON.stringify({
  title: '{{head_commit.message}}',
  where: 'Push to {{ref}} of {{repository.full_name}}',
  count: '{{total_commits_count}}',
  ids: ['{{commits.0.id}}', '{{commits.7.id}}'],
  literal: '{{{{ref}}',
});

t.test('a template is filled with what was pushed, whatever the commit says', async t => {
  const { repository, receiver, settled, webhook } = await tower(t);
  const rules = ['--success', '202', '--success-json', '/ok=true', '--success-contains', 'queued'];
  await webhook('/api', ['--all', '--kind', 'custom', '--method', 'PATCH', '--template', TEMPLATE, ...rules]);
  receiver.script('/api', answer(202, { body: '{"ok":true,"job":"queued"}' }));
  await repository.commit();
  await repository.push(['main']);
  await settled(1);
  const evil = '"}, {"title":"x"\\ {{ref}} \u2028 推送';
  const id = await repository.commit({ message: evil });
  await repository.push(['main']);
  const lines = await settled(2);
  t.strictSame(
    lines.map(({ state, kind, last_status }) => [state, kind, last_status]),
    Array(2).fill(['delivered', 'custom', 202]),
  );
  const request = receiver.at('/api')[1]!;
  t.equal(request.method, 'PATCH');
  t.equal(headerOf(request, 'Content-Type'), 'application/json');
  t.equal(headerOf(request, 'X-Belfry-Event'), 'push');
  t.equal(headerOf(request, 'webhook-signature'), undefined);
  t.strictSame(JSON.parse(request.body.toString()), {
    title: evil,
    where: 'Push to refs/heads/main of acme/app',
    count: 1,
    ids: [id.trim(), null],
    literal: '{{ref}}',
  });
});

t.test('an answer that only looks well is tried again; a payload without a template is whole', async t => {
  const { belfry, repository, receiver, settled, webhook } = await tower(t);
  await webhook('/json', ['--all', '--kind', 'custom', '--success-json', '/ok=true']);
  await webhook('/text', ['--all', '--kind', 'custom', '--success-contains', 'done']);
  await webhook('/status', ['--all', '--kind', 'custom', '--success', '201']);
  await webhook('/moved', ['--all', '--kind', 'custom', '--success', '302']);
  receiver.script('/json', answer(200, { body: '{"ok":false}' }));
  receiver.script('/text', answer(200, { body: 'not yet' }));
  receiver.script('/status', answer(200));
  receiver.script('/moved', answer(302, { headers: { Location: '/' } }));
  await repository.commit();
  await repository.push(['main']);
  const lines = await settled(4);
  const of = (id: number) => lines.find(line => line.webhook_id === id)!;
  const hint = async (id: number) =>
    (await belfry.json<{ attempts_made: { hint: string }[] }>(['delivery', 'show', of(id).id]))
      .attempts_made[0]!.hint;
  for (const id of [1, 2, 3]) t.equal(of(id).state, 'pending', String(id));
  t.equal(of(4).state, 'delivered');
  t.match(await hint(1), /the answer has no true at \/ok/);
  t.match(await hint(2), /the answer has no "done" in it/);
  t.match(await hint(3), /answered 200; a success is 201/);
  const body = JSON.parse(receiver.at('/json')[0]!.body.toString());
  t.match(body, { hook_id: 1, hook_name: 'push_hooks', ref: 'refs/heads/main', commits: null });
  t.notOk('password' in body || 'sign' in body || 'timestamp' in body);
});

t.test('own headers and a signature over the exact body, also while the secret is replaced', async t => {
  const { belfry, repository, receiver, settled, webhook } = await tower(t);
  const own = ['--header-env', 'X-Api-Key=KEY', '--header-env', 'Authorization=AUTH', '--secret-env', 'S'];
  const env = { KEY, AUTH: `Bearer ${KEY}-bearer`, S: SECRET };
  await webhook('/gitee', ['--all', ...own, '--hmac-header', 'X-Signature=sha512'], env);
  await webhook('/custom', ['--all', '--kind', 'custom', ...own, '--hmac-header', 'X-Mac=sha1:base64'], env);
  const echo = (path: string) =>
    receiver.script(path, response => {
      const { headers } = receiver.requests.at(-1)!;
      answer(500, {
        headers: { 'X-Echo': headers.map(pair => pair[1]).join(' ') },
        body: `${JSON.stringify(headers)} you said ${KEY}-bearer`,
      })(response);
    });
  echo('/gitee');
  echo('/custom');
  const push = async (count: number) => {
    await repository.commit();
    await repository.push(['main']);
    return settled(count);
  };
  const isSigned = (...[key, customKey = key]: [string, string?]) => {
    for (const [path, name, value] of [
      [
        '/gitee',
        'X-Signature',
        (body: Buffer) => `sha512=${createHmac('sha512', key).update(body).digest('hex')}`,
      ],
      ['/custom', 'X-Mac', (body: Buffer) => createHmac('sha1', customKey).update(body).digest('base64')],
    ] as const) {
      const request = receiver.at(path).at(-1)!;
      t.equal(headerOf(request, name), value(request.body), `${path} ${key}`);
      t.equal(headerOf(request, 'X-Api-Key'), KEY);
      t.equal(headerOf(request, 'Authorization'), `Bearer ${KEY}-bearer`);
    }
  };
  await push(2);
  isSigned(SECRET);
  await belfry.json(['webhook', 'rotate', '1', '--secret-env', 'S'], { env: { S: NEXT } });
  await belfry.json(['webhook', 'rotate', '2', '--secret-env', 'S', '--now'], { env: { S: NEXT } });
  await belfry.json(['key', 'rotate']);
  await push(4);
  isSigned(SECRET, NEXT);
  t.equal(headerOf(receiver.at('/gitee').at(-1)!, 'webhook-signature')?.split(' ').length, 2);
  await belfry.json(['webhook', 'edit', '1', '--secret-env', 'S'], { env: { S: LAST } });
  await belfry.json(['webhook', 'edit', '2', '--secret-env', 'S'], { env: { S: LAST } });
  const lines = await push(6);
  isSigned(LAST);

  const outputs: string[] = [];
  for (const args of [
    ...lines.flatMap(({ id }) => [
      ['delivery', 'show', id],
      ['delivery', 'show', id, '--json'],
    ]),
    ...['1', '2'].flatMap(id => [
      ['webhook', 'show', id, '--json'],
      ['webhook', 'test', id],
      ['webhook', 'test', id, '--print'],
    ]),
    ['deliveries', '--json'],
    ['log'],
    ['doctor'],
  ]) {
    const ran = await belfry.run(args);
    outputs.push(ran.stdout, ran.stderr);
  }
  t.match(outputs.join('\n'), /^X-Api-Key: \*\*\*$/m);
  const files = readdirSync(belfry.home, { recursive: true, withFileTypes: true })
    .filter(file => file.isFile() && file.name !== 'key')
    .map(file => readFileSync(join(file.parentPath, file.name), 'latin1'));
  for (const text of [...outputs, ...files])
    for (const secret of [KEY, SECRET, NEXT, LAST]) t.notOk(text.includes(secret));
});

t.test('a body beyond 1 MiB is not sent, and the delivery has failed', async t => {
  const { belfry, repository, receiver, settled, webhook } = await tower(t);
  const template = JSON.stringify(Array(64).fill('{{head_commit.message}}'));
  await webhook('/api', ['--all', '--kind', 'custom', '--template', template]);
  await repository.commit({ message: 'x'.repeat(20_000) });
  await repository.push(['main']);
  const [line] = await settled(1);
  t.equal(line!.state, 'failed');
  t.match(line!.last_error, /would be larger than 1048576 bytes, so it was not sent/);
  t.strictSame(receiver.requests, []);
  t.match((await belfry.run(['delivery', 'show', line!.id])).stdout, /verdict: message refused/);
});
