/** Proxies, authorities and client certificates of webhooks and settings, by real deliveries and by `webhook test`. */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { authority } from '../http/certificates.ts';
import { tlsServer } from '../http/tls-server.ts';
import { httpProxy } from '../support/http-proxy.ts';
import { needs } from '../support/needs.ts';
import { tower } from '../support/tower.ts';

/** Files of PEM in the test's directory. */
function pemFiles(t: Test) {
  const dir = t.testdir({});
  const ca = authority(dir);
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  return { ca, file };
}

interface Tested {
  ok: boolean;
  attempt: { error: string | null; status: number | null };
}

t.test('TLS of its own', async t => {
  if (!needs(t, 'openssl')) return;
  const { belfry, repository, settled } = await tower(t);
  t.test('with its parts', async t => {
    const { ca, file } = pemFiles(t);
    const client = ca.issue('DNS:client.example.com');
    const server = await tlsServer(t, {
      ...ca.issue('IP:127.0.0.1'),
      ca: ca.ca,
      requestCert: true,
      rejectUnauthorized: false,
    });
    const url = `https://127.0.0.1:${server.port}/`;
    const caFile = file('authority.pem', ca.ca);
    const cert = file('client.pem', client.cert);
    const key = file('client.key', client.key);
    const add = (...more: string[]) =>
      belfry.json<{ id: number; insecure: boolean }>(['webhook', 'add', url, '--all', ...more]);
    const test = async (id: number) =>
      (await belfry.run(['webhook', 'test', String(id), '--json'])).json<Tested>();

    const plain = await add();
    t.match(await test(plain.id), { ok: false, attempt: { error: /authority that is not trusted/ } });
    const trusting = await add('--ca', caFile);
    t.match(trusting, { insecure: false, ca: 'Test CA', client_certificate: null });
    t.ok((await test(trusting.id)).ok, 'with the CA file');
    const careless = await add('--insecure');
    t.equal(careless.insecure, true);
    t.ok((await test(careless.id)).ok, 'with --insecure');
    const known = await add('--ca', caFile, '--client-cert', cert, '--client-key', key);
    t.match(known, { client_certificate: 'leaf0' });
    t.ok((await test(known.id)).ok);
    t.equal(server.seen.at(-1)!.clientName, 'leaf0', 'the certificate was shown');

    for (const path of [caFile, cert, key]) rmSync(path);
    server.seen.length = 0;
    await belfry.run(['webhook', 'remove', String(plain.id), '--yes']);
    await repository.commit();
    await repository.push(['main']);
    const lines = await settled(3);
    t.same(
      lines.map(line => line.state),
      ['delivered', 'delivered', 'delivered'],
      'deliveries too, long after the files are gone',
    );
    t.same(server.seen.map(({ clientName }) => clientName).sort(), ['leaf0', undefined, undefined]);

    t.match(await belfry.json(['webhook', 'edit', String(careless.id), '--no-insecure']), {
      insecure: false,
    });
    t.notOk((await test(careless.id)).ok);
    t.match(
      await belfry.json(['webhook', 'edit', String(known.id), '--ca', '', '--client-cert', '']),
      { ca: null, client_certificate: null },
      'taken back',
    );
    t.match(
      await belfry.json(['webhook', 'edit', String(trusting.id), '--name', 'x']),
      { ca: 'Test CA', name: 'x' },
      'kept when something else is edited',
    );
  });

  t.test('what cannot be used is refused at the door', async t => {
    const { ca, file } = pemFiles(t);
    const mine = ca.issue('DNS:a.example.com');
    const other = ca.issue('DNS:b.example.com');
    const cert = file('mine.pem', mine.cert);
    const key = file('mine.key', mine.key);
    const foreign = file('other.key', other.key);
    const text = file('text.txt', 'no PEM');
    const before = (await belfry.json<unknown[]>(['webhook', 'list'])).length;
    const rows: [args: string[], said: RegExp][] = [
      [['--ca', text], /--ca .*text\.txt: contains no PEM certificate/],
      [['--ca', '/nowhere.pem'], /--ca \/nowhere\.pem: cannot be read \(ENOENT\)/],
      [['--client-cert', cert, '--client-key', foreign], /the key does not fit the certificate \(leaf0\)/],
      [['--client-cert', cert, '--client-key', text], /contains no PEM private key/],
      [['--client-cert', cert], /Give --client-cert and --client-key together/],
      [['--client-key', key], /Give --client-cert and --client-key together/],
      [['--proxy', 'socks5://proxy:1'], /--proxy: wanted the URL of an HTTP proxy/],
      [['--proxy', 'http://me:hidden-pw@proxy:1/path'], /--proxy: wanted the URL of an HTTP proxy/],
    ];
    for (const [args, said] of rows) {
      const ran = await belfry.run(['webhook', 'add', 'https://ci.example.com/', '--all', ...args]);
      t.equal(ran.status, 2, args.join(' '));
      t.match(ran.stderr, said);
      t.notMatch(ran.stderr, 'hidden-pw');
    }
    t.equal((await belfry.json<unknown[]>(['webhook', 'list'])).length, before);
  });
});

t.test('proxies', async t => {
  const { belfry, receiver, repository, settled, webhook } = await tower(t);
  const [own, general] = await Promise.all([httpProxy(t), httpProxy(t)]);
  const credentials = `Basic ${Buffer.from('me:pw-of-proxy').toString('base64')}`;
  await belfry.json(['config', 'set', 'proxy.http', `http://127.0.0.1:${general.port}`]);
  await webhook('/general');
  await webhook('/own', ['--all', '--proxy', `http://me:pw-of-proxy@127.0.0.1:${own.port}`]);
  await webhook('/direct', ['--all', '--proxy', 'none']);
  const push = async () => {
    await repository.commit();
    await repository.push(['main']);
  };
  await push();
  await settled(3);
  const lineOf = (path: string) => `POST ${receiver.url}${path}`;
  t.same(
    general.asked.map(({ line }) => line),
    [lineOf('/general')],
  );
  t.same(own.asked, [{ line: lineOf('/own'), credentials }]);
  t.equal(receiver.at('/direct').length, 1);

  await belfry.json(['config', 'set', 'proxy.exclude', '127.0.0.0/8']);
  await push();
  await settled(6);
  t.equal(general.asked.length, 1, 'a running worker takes the exception over');
  t.equal(own.asked.length, 2, 'which is for the settings’ proxies only');

  const shown = (await belfry.run(['webhook', 'show', '2'])).stdout;
  t.match(shown, `http://***@127.0.0.1:${own.port}`);
  t.notMatch(shown, 'pw-of-proxy');
  t.match(await belfry.json(['webhook', 'edit', '2', '--proxy', '']), { proxy: null });
});

t.test(
  'the environment: for `webhook test`, unless a setting says otherwise; never for the hook’s worker',
  async t => {
    const { belfry, receiver, repository, settled, webhook } = await tower(t);
    const [fromEnv, fromSetting] = await Promise.all([httpProxy(t), httpProxy(t)]);
    const env = { http_proxy: `http://127.0.0.1:${fromEnv.port}` };
    await webhook('/hook');
    const test = async (more: Record<string, string> = {}) =>
      (await belfry.run(['webhook', 'test', '1', '--json'], { env: { ...env, ...more } })).json<Tested>().ok;
    t.ok(await test());
    t.equal(fromEnv.asked.length, 1);
    t.ok(await test({ no_proxy: '127.0.0.1' }));
    t.equal(fromEnv.asked.length, 1);
    await belfry.json(['config', 'set', 'proxy.http', `http://127.0.0.1:${fromSetting.port}`]);
    t.ok(await test());
    t.equal(fromEnv.asked.length, 1);
    t.equal(fromSetting.asked.length, 1);

    await belfry.json(['config', 'set', 'proxy.http']);
    await repository.commit();
    await repository.push(['main'], { env });
    await settled(1);
    t.equal(fromEnv.asked.length, 1, 'a pusher cannot choose the proxy');
    t.equal(receiver.at('/hook').length, 4);
  },
);

t.test('a proxy in the settings: its password is sealed and never shown', async t => {
  const { belfry, webhook } = await tower(t);
  const proxy = await httpProxy(t);
  const set = await belfry.run([
    'config',
    'set',
    'proxy.http',
    `http://me:pw-of-proxy@127.0.0.1:${proxy.port}`,
  ]);
  t.equal(set.stdout, `proxy.http is http://***@127.0.0.1:${proxy.port}\n`);
  await webhook('/hook');
  t.equal((await belfry.run(['webhook', 'test', '1'])).status, 0);
  t.match(proxy.asked[0]!.credentials, 'Basic ');
  for (const args of [['list'], ['list', '--json'], ['get', 'proxy.http'], ['get', 'proxy.http', '--json']])
    t.notMatch((await belfry.run(['config', ...args])).stdout, 'pw-of-proxy');
  if (needs(t, 'grep'))
    t.throws(() => execFileSync('grep', ['-rq', 'pw-of-proxy', belfry.home]), 'no file of the home has it');
});
