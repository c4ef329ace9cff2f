/**
 * After a realistic run no secret and no robot's token is to be found in clear: not in an output, not in a log, not in
 * a byte of any file that belfry has touched. The receivers send back everything that they were given.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { authority } from '../http/certificates.ts';
import { answer, type Behaviour } from '../support/behaviour.ts';
import { httpProxy } from '../support/http-proxy.ts';
import { needs } from '../support/needs.ts';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

const SECRETS = {
  signing: 'whsec_U2lnbmluZ1NlY3JldDEyMzQ1Njc4OTA=',
  next: 'next-secret-3b1fa9',
  password: 'pass"word\\秘密-77e0',
  user: 'url-pass-word-510c',
  query: 'query-token-a91d4e',
  dingtalk: 'd1ng7a1k0123456789abcdef0123456789abcdef',
  sec: 'SECdingtalk-secret-8841',
  wecom: 'wec0m-key-5f7d-4c2b',
  feishu: 'fe15hu-hook-1b2c-3d4e',
  slack: 'T0AAAAAAA/B0BBBBBBB/s1ackt0ken0123456789',
  proxy: 'pr0xy-pass-62ab',
  general: 'general-pr0xy-pass-17',
};

/** Everything that a receiver may know, in every spelling that it may have of it. */
function forms(keys: string[]): string[] {
  const spelled = [...Object.values(SECRETS), ...keys].flatMap(secret => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('latin1'),
  ]);
  const basic = ['me', 'deploy'].flatMap(user =>
    [SECRETS.proxy, SECRETS.general, SECRETS.user].map(password =>
      Buffer.from(`${user}:${password}`).toString('base64').replace(/=+$/, ''),
    ),
  );
  return [...new Set([...spelled, ...basic, SECRETS.slack.split('/').at(-1)!])];
}

t.test('no secret anywhere', async t => {
  if (!needs(t, 'openssl')) return;
  const { belfry, dir, receiver, repository, root, settled } = await tower(t);
  const pems = join(dir, 'pems');
  mkdirSync(pems);
  const client = authority(pems).issue('DNS:client.example.com');
  writeFileSync(join(pems, 'client.pem'), client.cert);
  writeFileSync(join(pems, 'client.key'), client.key);
  const proxy = await httpProxy(t);

  const echo =
    (status: number, ...known: string[]): Behaviour =>
    response => {
      const { url, headers, body } = receiver.requests.at(-1)!;
      const told = headers.map(([name, value]) => `${name}: ${value}`).join('\n');
      // Whoever was given a secret knows it: a signed request does not carry it.
      const own = known.flatMap(secret => [secret, Buffer.from(secret).toString('base64')]).join(' ');
      answer(status, {
        headers: { 'X-Echo-Url': encodeURI(url), 'X-Echo': headers.map(pair => pair[1]).join(' ') },
        body: `${url}\n${told}\n${body}\n${own}`,
      })(response);
    };
  receiver.script('*', echo(500));
  receiver.script('/ok', echo(200));
  receiver.script('/signed', echo(500, SECRETS.signing, SECRETS.next));
  receiver.script('/password', echo(500, SECRETS.password));
  receiver.script('/gitlab', echo(500, SECRETS.password));
  receiver.script('/hub', echo(500, SECRETS.signing));
  receiver.script('/robot/send', echo(500, SECRETS.sec));

  const outputs: string[] = [];
  const keep = async (args: string[], env: Record<string, string> = {}) => {
    const ran = await belfry.run(args, { env });
    outputs.push(ran.stdout, ran.stderr);
    return ran;
  };
  let count = 0;
  const add = async (path: string, ...more: string[]) => {
    const scheme = receiver.url.replace('http://', 'http://deploy:URLPASS@').replace('URLPASS', SECRETS.user);
    const url = more.includes('--kind') ? receiver.url : scheme;
    const ran = await keep(['webhook', 'add', '--url-env', 'U', '--all', '--events', 'push,issue', ...more], {
      U: url + path,
      S1: SECRETS.signing,
      S2: SECRETS.password,
      S3: SECRETS.sec,
    });
    t.equal(ran.status, 0, ran.stderr);
    count++;
  };
  await add(`/ok?token=${SECRETS.query}`, '--secret-env', 'S1');
  await add(`/signed?token=${SECRETS.query}`, '--secret-env', 'S1');
  await add('/ok', '--auth', 'password', '--secret-env', 'S2');
  await add('/password', '--auth', 'password', '--secret-env', 'S2');
  await add('/gitlab', '--kind', 'gitlab', '--secret-env', 'S2');
  await add('/hub', '--kind', 'gitea', '--secret-env', 'S1');
  await add('/ok', '--auth', 'none');
  await add(`/robot/send?access_token=${SECRETS.dingtalk}`, '--kind', 'dingtalk', '--secret-env', 'S3');
  await add(`/cgi-bin/webhook/send?key=${SECRETS.wecom}`, '--kind', 'wecom');
  await add(`/open-apis/bot/v2/hook/${SECRETS.feishu}`, '--kind', 'feishu', '--secret-env', 'S3');
  await add(`/services/${SECRETS.slack}`, '--kind', 'slack');
  await add('/ok', '--proxy', `http://me:${SECRETS.proxy}@127.0.0.1:${proxy.port}`);
  const tls = ['--client-cert', join(pems, 'client.pem'), '--client-key', join(pems, 'client.key')];
  await add('/ok', ...tls, '--insecure');
  await keep(['config', 'set', 'proxy.https', `http://deploy:${SECRETS.general}@127.0.0.1:${proxy.port}`]);
  await keep(['config', 'set', 'proxy.https', `http://deploy:${SECRETS.general}@127.0.0.1/x`]);
  await keep(['config', 'set', 'wait.show', 'all']);
  await keep(['webhook', 'rotate', '2', '--secret-env', 'S'], { S: SECRETS.next });

  await repository.commit();
  const pushed = await repository.push(['main'], { options: ['belfry.wait=20'] });
  outputs.push(pushed.stdout, pushed.stderr);
  const lines = await settled(count);
  t.ok(new Set(lines.map(line => line.state)).has('delivered'));
  t.ok(proxy.asked[0]?.credentials, 'the proxy was given its password');
  const sent = receiver.requests.map(one => `${one.url} ${one.headers.join(' ')} ${one.body}`).join('\n');
  for (const known of [SECRETS.signing, SECRETS.sec])
    t.notOk(sent.includes(known), 'a signed request has none');
  for (const known of [SECRETS.dingtalk, SECRETS.wecom, SECRETS.feishu, SECRETS.slack, SECRETS.query])
    t.ok(sent.includes(known), 'the receivers saw their tokens');

  await keep(['webhook', 'edit', '3', '--name', 'x']);
  await keep(['key', 'rotate']);
  for (const args of [
    ['webhook', 'list'],
    ['deliveries'],
    ['status'],
    ['config', 'list'],
    ['doctor'],
    ['repo', 'show', 'acme/app'],
  ])
    await Promise.all([keep(args), keep([...args, '--json'])]);
  /** For people and for programs. */
  const both = (args: string[]) => Promise.all([keep(args), keep([...args, '--json'])]);
  for (let id = 1; id <= count; id++) {
    await both(['webhook', 'test', String(id)]);
    await both(['webhook', 'show', String(id)]);
  }
  for (const line of lines) await both(['delivery', 'show', line.id]);
  await keep(['redeliver', lines[0]!.id]);
  const worker = await until('the worker', () => belfry.worker());
  for (const file of ['cmdline', 'environ']) outputs.push(readFileSync(`/proc/${worker}/${file}`, 'utf8'));
  // One of the door's own errors may repeat what it was given.
  await keep(['webhook', 'add', '--url-env', 'U', '--all', '--secret-env', 'S'], {
    U: `htp://x?${SECRETS.query}`,
    S: '',
  });
  await keep(['webhook', 'add', '--url-env', 'U', '--all', '--events', 'no', '--secret-env', 'S'], {
    U: `http://x/?${SECRETS.query}`,
    S: SECRETS.signing,
  });
  const proxied = `http://me:${SECRETS.proxy}@proxy:1`;
  for (const args of [
    ['webhook', 'edit', '1', '--proxy', `${proxied}/path`],
    ['webhook', 'edit', '1', '--proxy', proxied, '--events', 'no'],
    ['webhook', 'edit', '1', '--url', `http://deploy:${SECRETS.user}@x:99999/?${SECRETS.query}`],
    ['webhook', 'edit', '1', '--secret', SECRETS.next, '--auth', 'no'],
    ['webhook', 'rotate', '2', '--secret', SECRETS.next],
    ['webhook', 'add', `https://oapi.dingtalk.com/robot/send?access_token=${SECRETS.dingtalk}`, '--al'],
    ['webhook', 'test', '99', '--secrett', SECRETS.next],
    ['config', 'set', 'net.deny', `http://deploy:${SECRETS.user}@x/`],
  ]) {
    const ran = await keep(args);
    t.not(ran.status, 0, args.slice(0, 2).join(' '));
    t.not(ran.stderr, '', 'which says why');
  }

  rmSync(pems, { recursive: true });
  const keys = [client.key.split('\n')[1]!];
  const said = outputs.join('\n');
  t.ok(said.includes(lines[0]!.id), 'the outputs were collected');
  const wanted = forms(keys);
  for (const form of wanted) {
    const at = said.indexOf(form);
    t.equal(at, -1, at < 0 ? 'in no output' : said.slice(Math.max(0, at - 300), at + 60));
  }
  const scan = (when: string) => {
    const names = [belfry.home, root].flatMap(files);
    for (const must of ['belfry.db', 'worker.log', 'hooks/post-receive'])
      t.ok(
        names.some(name => name.endsWith(must)),
        `${must} was looked at ${when}`,
      );
    const found = names.flatMap(name => {
      const bytes = readFileSync(name);
      return wanted.filter(form => bytes.includes(form)).map(form => `${name}: ${form}`);
    });
    t.same(found, [], when);
    return names;
  };
  const names = scan('while the worker lives');
  t.ok(
    names.some(name => name.endsWith('belfry.db-wal')),
    'the WAL was looked at',
  );
  const recorded = names.filter(name => name.includes('belfry.db')).map(name => readFileSync(name, 'latin1'));
  t.ok(
    recorded.some(bytes => bytes.includes('X-Echo-Url')),
    'what the receivers said was recorded',
  );
  await belfry.stopWorker();
  scan('after it has left');
});

function files(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
}
