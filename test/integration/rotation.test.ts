/** Rotating a secret as receivers see it, and a lost key: who is touched by it and who is not. */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { attempt, type OutgoingRequest } from '../../src/delivery/attempt.ts';
import { giteeSignature } from '../../src/kinds/gitee-signature.ts';
import { standardSignature } from '../../src/kinds/standard-webhooks.ts';
import type { HttpRequest } from '../../src/model/request.ts';
import { matches } from '../support/matches.ts';
import { headerOf, type ReceivedRequest } from '../support/receiver.ts';
import { samplePush } from '../support/sample-events.ts';
import { type DeliveryLine, tower } from '../support/tower.ts';

const OLD = 'old-secret-one';
const NEW = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** Which secrets a request proves to know: Gitee's token, and the Standard Webhooks signatures in their order. */
function proofs(request: ReceivedRequest | HttpRequest) {
  const of = (name: string) => headerOf(request as ReceivedRequest, name) ?? '';
  const stamp = Number(of('X-Gitee-Timestamp'));
  const body = request.body.toString();
  const name = (found: (secret: string) => string, text: string) =>
    [OLD, NEW].find(secret => found(secret) === text) ?? text;
  return {
    token: name(secret => giteeSignature(secret, stamp), of('X-Gitee-Token')),
    sign: name(secret => giteeSignature(secret, stamp), JSON.parse(body).sign),
    signatures: of('webhook-signature')
      .split(' ')
      .map(one =>
        name(
          secret => standardSignature(secret, of('webhook-id'), Number(of('webhook-timestamp')), body),
          one,
        ),
      ),
  };
}

t.test('at every time of a rotation', async t => {
  const { data, facts, name } = samplePush();
  const seen: HttpRequest[] = [];
  const at = async (now: number, tokenFrom: number) => {
    const outgoing: OutgoingRequest = {
      events: [
        {
          id: 1,
          name,
          repository: 'acme/app',
          path: '/srv/git/acme/app.git',
          root: '/srv/git',
          data: JSON.stringify(data),
          facts: JSON.stringify(facts),
        },
      ],
      target: {
        id: 1,
        scope: 'all',
        kind: 'gitee',
        jenkins: null,
        url: 'https://ci.example.com/',
        auth: 'signature',
        secret: NEW,
        old: { secret: OLD, until: 2_000, tokenFrom },
        reach: { proxy: null, ca: null, client_cert: null, client_key: null, insecure: false },
        language: null,
        keyword: null,
        timeoutMs: null,
        lastTimestamp: 0,
        ...{ clone_http: null, clone_ssh: null, headers: [], hmac_header: null, custom: null, created_at: 0 },
      },
      deliveryId: 'id',
      hookUrl: 'https://git.example.com/hooks/1/edit',
      redeliveries: 0,
      form: { language: 'en', keyword: null, fallback: 0, digest: false, test: false },
      stamp: now,
      test: false,
      ...{ word: null, source: null },
    };
    const send = async (request: HttpRequest) => {
      seen.push(request);
      const body = `you said ${OLD} and ${Buffer.from(NEW).toString('base64')}`;
      const answer = {
        status: 200,
        headers: [],
        truncated: false,
        durationMs: 1,
        address: null,
        error: null,
      };
      return { ...answer, body };
    };
    const made = await attempt(outgoing, send, { connectMs: 1, totalMs: 1 }, () => now);
    t.equal('record' in made && made.record.responseBody, 'you said *** and ***', 'both are masked');
    return proofs(seen.at(-1)!);
  };
  t.same(await at(1_999, 2_000), { token: OLD, sign: OLD, signatures: [NEW, OLD] });
  t.same(await at(2_000, 2_000), { token: NEW, sign: NEW, signatures: [NEW] }, 'over');
  t.same(await at(1_000, 1_000), { token: NEW, sign: NEW, signatures: [NEW, OLD] }, '--now');
});

t.test('by the command line, with a running worker', async t => {
  const { belfry, receiver, repository, settled, webhook } = await tower(t);
  await webhook('/hook', ['--all', '--secret', OLD]);
  await webhook('/pass', ['--all', '--auth', 'password', '--secret', OLD]);
  const push = async (count: number) => {
    await repository.commit();
    await repository.push(['main']);
    await settled(count);
    return proofs(receiver.at('/hook').at(-1)!);
  };
  t.same(await push(2), { token: OLD, sign: OLD, signatures: [OLD] });
  const rotate = (id: string, ...more: string[]) =>
    belfry.json(['webhook', 'rotate', id, '--secret-env', 'S', ...more], { env: { S: NEW } });
  t.match(await rotate('1'), { old_secret_until: Number, token_from: Number });
  await rotate('2', '--now', '--overlap', '30m');
  t.same(await push(4), { token: OLD, sign: OLD, signatures: [NEW, OLD] });
  t.equal(
    headerOf(receiver.at('/pass').at(-1)!, 'X-Gitee-Token'),
    NEW,
    'the password changes at once with --now',
  );
  t.match((await belfry.run(['webhook', 'show', '1'])).stdout, 'the old secret is valid until');

  await belfry.json(['key', 'rotate']);
  t.same(await push(6), { token: OLD, sign: OLD, signatures: [NEW, OLD] }, 'the key has changed meanwhile');

  const again = await belfry.run(['webhook', 'rotate', '1', '--generate-secret']);
  t.equal(again.status, 1);
  t.match(again.stderr, 'is already being replaced');
  await belfry.json(['webhook', 'edit', '1', '--secret-env', 'S'], { env: { S: NEW } });
  const ended = await belfry
    .json(['webhook', 'rotate', '1', '--overlap', '0s', '--generate-secret'])
    .catch(String);
  t.match(ended, 'is already being replaced', 'the same secret again ends nothing');

  for (const [args, said] of [
    [
      ['rotate', '1', '--secret', 'x', '--overlap', 'soon'],
      '--overlap: wanted a duration such as 30m, 24h or 7d, got soon',
    ],
    [['rotate', '1'], 'Missing secret: use '],
  ] as const) {
    const ran = await belfry.run(['webhook', ...args]);
    t.equal(ran.status, 2);
    t.match(ran.stderr, said);
  }
  const robot = await belfry.json<{ id: number }>([
    ...['webhook', 'add', `${receiver.url}/robot/send?access_token=x`, '--all', '--kind', 'dingtalk'],
    ...['--events', 'note', '--secret', 'SEC1'],
  ]);
  const refused = await belfry.run(['webhook', 'rotate', String(robot.id), '--generate-secret']);
  t.match(refused.stderr, 'has only one secret');
});

t.test('a lost key: said per webhook, healed per webhook, and nobody else is touched', async t => {
  const { belfry, receiver, repository, settled, webhook } = await tower(t);
  await webhook('/lost', ['--all', '--secret', OLD]);
  const key = join(belfry.home, 'key');
  const backup = readFileSync(key);
  rmSync(key);
  await webhook('/fine');

  await repository.commit();
  await repository.push(['main']);
  const [fine, lost] = await settled(2);
  t.match(fine, { webhook_id: 2, state: 'delivered' });
  t.match(lost, { webhook_id: 1, state: 'pending', last_error: /webhook 1 url: sealed with another key/ });

  const list = await belfry.json<{ state: string; problem: string | null }[]>(['webhook', 'list']);
  matches(t, list, [
    { state: 'key-lost', problem: /sealed with another key/ },
    { state: 'active', problem: null },
  ]);
  t.match((await belfry.run(['webhook', 'list'])).stdout, /^1 .*key-lost/m);
  t.match((await belfry.run(['webhook', 'show', '1'])).stdout, /key lost: .*sealed with another key/);
  const status = await belfry.run(['status']);
  t.equal(status.status, 1);
  t.match(status.stdout, /webhook 1 .*: key lost/);
  t.match(status.stdout, /belfry --home \S+ webhook edit 1 --url-stdin --secret-stdin < FILE/);
  const doctor = await belfry.run(['doctor']);
  t.equal(doctor.status, 1);
  t.match(doctor.stdout, /problem: webhook 1 /);

  const test = await belfry.run(['webhook', 'test', '1']);
  t.equal(test.status, 1);
  t.match(test.stderr, /sealed with another key/);
  const half = await belfry.run(['webhook', 'edit', '1', '--name', 'x']);
  t.equal(half.status, 1);
  t.match(half.stderr, 'give both again');
  await belfry.json(['webhook', 'edit', '1', '--url', `${receiver.url}/healed`, '--secret-env', 'S'], {
    env: { S: NEW },
  });
  await belfry.json(['redeliver', lost!.id]);
  const [healed] = await receiver.received(1, { path: '/healed' });
  t.equal(proofs(healed!).token, NEW, 'what it was owed arrives');
  t.equal((await belfry.run(['doctor'])).status, 0);

  renameSync(key, `${key}.new`);
  writeFileSync(key, backup, { mode: 0o600 });
  const states = await belfry.json<{ state: string }[]>(['webhook', 'list']);
  t.same(
    states.map(({ state }) => state),
    ['key-lost', 'key-lost'],
    'the old key no longer fits either',
  );
  renameSync(`${key}.new`, key);
  t.equal(statSync(key).mode & 0o777, 0o600);
  const lines = await belfry.json<DeliveryLine[]>(['deliveries']);
  t.ok(lines.length >= 2, 'the log can be read without any key');
});
