/** The exact headers of gitee-format.md §1, and the three ways to authenticate of §2.2, as they arrive. */
import { createHmac } from 'node:crypto';
import t, { type Test } from 'tap';
import { headerOf, type ReceivedRequest } from '../support/receiver.ts';
import { type Tower, tower } from '../support/tower.ts';

const SECRET = 'bBg5lrt03VixkX85CNqYIcecC0SIGASE';
const WHSEC = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

t.test('headers and authentication', async t => {
  const stage = await tower(t);
  await stage.webhook('/signature', ['--all', '--secret-env', 'HOOK_SECRET'], { HOOK_SECRET: SECRET });
  await stage.webhook('/password', ['--all', '--auth', 'password', '--secret', 'pass word+/=']);
  await stage.webhook('/none', ['--all', '--events', 'push,tag_push']);
  await stage.webhook('/standard?token=a%20b&x', ['--all', '--secret', WHSEC]);
  await stage.repository.commit();
  await push(stage, 'main', 'main:refs/tags/v1');
  await stage.receiver.received(5);

  t.test('every header, and none besides', async t => {
    const [request] = stage.receiver.at('/signature');
    const { Host, 'Content-Length': length, ...rest } = Object.fromEntries(request!.headers);
    t.equal(Host ?? rest.host, `127.0.0.1:${stage.receiver.port}`);
    t.equal(length ?? rest['content-length'], String(request!.body.length));
    const stamp = rest['X-Gitee-Timestamp']!;
    t.match(stamp, /^\d{13}$/, 'milliseconds');
    // Not part of the contract, and of no interest to receivers.
    for (const name of ['host', 'content-length', 'Connection', 'connection']) delete rest[name];
    t.same(rest, {
      Accept: '*/*',
      'Accept-Encoding': 'gzip;q=1.0,deflate;q=0.6,identity;q=0.3',
      'Content-Type': 'application/json',
      'User-Agent': 'git-oschina-hook',
      'X-Belfry-Delivery': rest['X-Belfry-Delivery'],
      'X-Belfry-Sequence': '1',
      'X-Git-Oschina-Event': 'Push Hook',
      'X-Gitee-Event': 'Push Hook',
      'X-Gitee-Ping': 'false',
      'X-Gitee-Timestamp': stamp,
      'X-Gitee-Token': giteeSign(SECRET, stamp),
      'webhook-id': rest['X-Belfry-Delivery'],
      'webhook-signature': rest['webhook-signature'],
      'webhook-timestamp': String(Math.floor(Number(stamp) / 1_000)),
    });
    t.ok(rest['X-Belfry-Delivery'], 'with an id');
  });

  t.test('signature: the same in header and body, raw Base64', async t => {
    const [request] = stage.receiver.at('/signature');
    const stamp = headerOf(request!, 'X-Gitee-Timestamp')!;
    const sign = giteeSign(SECRET, stamp);
    t.equal(headerOf(request!, 'X-Gitee-Token'), sign);
    t.match(bodyOf(request!), { password: '', sign, timestamp: stamp });
    t.match(bodyOf(request!), { hook_name: 'push_hooks' });
    standardSignature(t, request!, Buffer.from(SECRET));
  });

  t.test('password: in clear, in header and body', async t => {
    const [request] = stage.receiver.at('/password');
    const stamp = headerOf(request!, 'X-Gitee-Timestamp');
    t.equal(headerOf(request!, 'X-Gitee-Token'), 'pass word+/=');
    t.match(bodyOf(request!), { password: 'pass word+/=', sign: '', timestamp: stamp });
  });

  t.test('a password that is not ASCII arrives as UTF-8', async t => {
    const id = await stage.webhook('/utf8', ['--all', '--auth', 'password', '--secret', '密码']);
    await stage.repository.commit();
    await push(stage, 'main');
    const lines = await stage.settled(9);
    t.match(
      lines.find(line => line.webhook_id === id),
      { state: 'delivered' },
    );
    const [request] = stage.receiver.at('/utf8');
    t.ok(request, 'it is sent');
    if (request === undefined) return;
    t.equal(Buffer.from(headerOf(request, 'X-Gitee-Token')!, 'latin1').toString('utf8'), '密码');
    t.match(bodyOf(request), { password: '密码' });
  });

  t.test('none: an empty token and a timestamp all the same, in both events', async t => {
    const requests = stage.receiver.at('/none');
    t.same(
      new Set(requests.map(request => headerOf(request, 'X-Gitee-Event'))),
      new Set(['Push Hook', 'Tag Push Hook']),
    );
    for (const request of requests) {
      t.equal(headerOf(request, 'X-Gitee-Token'), '', 'there, and empty');
      t.match(headerOf(request, 'X-Gitee-Timestamp'), /^\d{13}$/);
      t.equal(headerOf(request, 'X-Git-Oschina-Event'), headerOf(request, 'X-Gitee-Event'));
      t.match(bodyOf(request), {
        hook_name: headerOf(request, 'X-Gitee-Event') === 'Push Hook' ? 'push_hooks' : 'tag_push_hooks',
        password: '',
        sign: '',
        timestamp: headerOf(request, 'X-Gitee-Timestamp'),
      });
      t.equal(headerOf(request, 'webhook-signature'), undefined, 'nothing to sign with');
    }
  });

  t.test('Standard Webhooks: the key is what the part behind whsec_ decodes to', async t => {
    const [request] = stage.receiver.at('/standard');
    standardSignature(t, request!, Buffer.from(WHSEC.slice('whsec_'.length), 'base64'));
    t.equal(request!.url, '/standard?token=a%20b&x', 'the URL is called as it was given');
    t.notOk('token' in bodyOf(request!), 'and its parameters are not copied into the body');
  });

  t.test('the Test button says so, and is signed like a delivery', async t => {
    const shown = await stage.belfry.run(['webhook', 'test', '1']);
    t.equal(shown.status, 0, shown.stderr);
    const request = stage.receiver.at('/signature').at(-1)!;
    t.equal(headerOf(request, 'X-Gitee-Ping'), 'true');
    t.equal(headerOf(request, 'X-Gitee-Event'), 'Push Hook');
    t.equal(headerOf(request, 'X-Gitee-Token'), giteeSign(SECRET, headerOf(request, 'X-Gitee-Timestamp')!));
    t.match(shown.stdout, /200/, 'the answer is shown');
    t.match(shown.stdout, /X-Gitee-Ping: true/, 'and the request');

    await stage.belfry.json(['config', 'set', 'test.header', 'underscore']);
    await stage.belfry.json(['webhook', 'test', '1']);
    const underscore = stage.receiver.at('/signature').at(-1)!;
    t.equal(headerOf(underscore, 'X-Gitee-Event'), 'push_hooks', 'as gitee.com since 2023, when asked to');
    t.equal(headerOf(underscore, 'X-Git-Oschina-Event'), 'push_hooks');
  });
});

async function push({ repository }: Tower, ...refs: string[]): Promise<void> {
  const pushed = await repository.push(refs);
  if (pushed.status !== 0) throw new Error(pushed.stderr);
}

/** gitee-format.md §2.1, written anew. */
function giteeSign(secret: string, timestamp: string): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
}

function standardSignature(t: Test, request: ReceivedRequest, key: Buffer): void {
  const id = headerOf(request, 'webhook-id');
  const timestamp = headerOf(request, 'webhook-timestamp');
  const signed = createHmac('sha256', key)
    .update(`${id}.${timestamp}.`)
    .update(request.body)
    .digest('base64');
  t.equal(headerOf(request, 'webhook-signature'), `v1,${signed}`, 'signs the bytes that came');
}

function bodyOf(request: ReceivedRequest): Record<string, unknown> {
  return JSON.parse(request.body.toString('utf8'));
}
