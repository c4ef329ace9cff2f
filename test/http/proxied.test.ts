/** Requests through a proxy: tunnelled for https, in absolute form for http, and checked as far as can be known. */
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import t, { type Test } from 'tap';
import { closedPort } from '../support/closed-port.ts';
import { needs } from '../support/needs.ts';
import { authority, type Certificate } from './certificates.ts';
import { names, poster } from './post.ts';
import { acceptor, listen, rawServer, reply } from './raw-server.ts';
import { tlsServer } from './tls-server.ts';

interface TestProxy {
  port: number;
  /** `CONNECT host:port` or `POST url`, and the credentials. */
  asked: [line: string, host: string | undefined, credentials: string | undefined][];
}

/** Connects everything to the port of loopback that the request names, whatever its host. */
async function proxy(
  t: Pick<Test, 'teardown'>,
  { tls, status = 200 }: { tls?: Certificate; status?: number } = {},
) {
  const asked: TestProxy['asked'] = [];
  const sockets = new Set<Socket>();
  const note = (request: IncomingMessage) =>
    asked.push([
      `${request.method} ${request.url}`,
      request.headers.host,
      request.headers['proxy-authorization'],
    ]);
  const server = tls ? createSecureServer(tls) : createServer();
  server.on('request', (request: IncomingMessage, response) => {
    note(request);
    request.resume();
    response.statusCode = status;
    response.end('from the proxy');
  });
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    note(request);
    client.on('error', () => {});
    if (status !== 200) return client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
    const upstream = connect(Number(request.url!.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  server.on('connection', socket => sockets.add(socket));
  server.on('tlsClientError', () => {});
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise(resolve => server.close(resolve));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, asked } satisfies TestProxy;
}

t.test('https through a proxy', async t => {
  if (!needs(t, 'openssl')) return;
  const { ca, issue } = authority(t.testdir());
  const target = await tlsServer(t, issue('DNS:ci.example.com'));
  const url = `https://ci.example.com:${target.port}/hook`;

  t.test('a tunnel to the name, which this machine need not resolve', async t => {
    const { port, asked } = await proxy(t);
    const dns = names({});
    const post = poster(t, dns);
    const limits = { tls: { ca }, proxy: `http://me:p%40ss@127.0.0.1:${port}` };
    for (let i = 0; i < 2; i++) {
      t.match(await post(url, { limits }), { status: 200, body: 'ok', address: '127.0.0.1', error: null });
    }
    const authority = `ci.example.com:${target.port}`;
    const credentials = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    t.same(asked, [[`CONNECT ${authority}`, authority, credentials]], 'one tunnel for both');
    t.same(dns.asked, ['ci.example.com'], 'asked once, in vain');
  });

  t.test('the certificate is checked in the tunnel too', async t => {
    const { port } = await proxy(t);
    t.match(await poster(t)(url, { limits: { proxy: `http://127.0.0.1:${port}` } }), {
      status: null,
      error: { code: 'tls', message: /^the certificate of ci\.example\.com/ },
    });
  });

  t.test('a proxy that speaks TLS itself', async t => {
    const { port, asked } = await proxy(t, { tls: issue('DNS:proxy.example.com') });
    const dns = names({ 'proxy.example.com': ['127.0.0.1'] });
    const limits = { tls: { ca }, proxy: `https://proxy.example.com:${port}` };
    t.match(await poster(t, dns)(url, { limits }), {
      status: null,
      error: { code: 'proxy', message: /^proxy: the certificate of proxy\.example\.com/ },
    });
    const before = getCACertificates();
    t.teardown(() => setDefaultCACertificates(before));
    setDefaultCACertificates([...before, ca]);
    t.match(await poster(t, dns)(url, { limits }), { status: 200, body: 'ok' });
    t.equal(asked.length, 1);
  });

  t.test('a proxy that refuses', async t => {
    for (const [status, message] of [
      [407, 'the proxy 127.0.0.1 wants a user and password (407)'],
      [403, `the proxy 127.0.0.1 does not connect to ci.example.com:${target.port} (403)`],
    ] as const) {
      const { port } = await proxy(t, { status });
      t.match(await poster(t)(url, { limits: { proxy: `http://127.0.0.1:${port}` } }), {
        status: null,
        error: { code: 'proxy', message },
      });
    }
  });

  t.test('a proxy that hangs up, and one that is silent', async t => {
    const closing = acceptor(t, socket => socket.end());
    t.match(await poster(t)(url, { limits: { proxy: `http://127.0.0.1:${await listen(closing.server)}` } }), {
      error: { code: 'proxy', message: 'the proxy 127.0.0.1 gave no answer to CONNECT' },
    });
    const silent = acceptor(t, socket => socket.resume());
    const limits = { connectMs: 100, proxy: `http://127.0.0.1:${await listen(silent.server)}` };
    t.match(await poster(t)(url, { limits }), {
      error: {
        code: 'connect_timeout',
        message: 'no connection to ci.example.com through the proxy 127.0.0.1 within 0.1 s',
      },
    });
  });
});

t.test('http through a proxy: the whole URL in the request line, and no tunnel', async t => {
  const { port, asked } = await proxy(t);
  const url = 'http://me:secret@ci.example.com/hook?a=1';
  const answer = await poster(t)(url, { limits: { proxy: `http://u@127.0.0.1:${port}` } });
  t.match(answer, { status: 200, body: 'from the proxy' });
  t.same(asked, [
    [
      'POST http://ci.example.com/hook?a=1',
      'ci.example.com',
      `Basic ${Buffer.from('u:').toString('base64')}`,
    ],
  ]);
});

t.test('the proxy of the settings, unless the request says otherwise', async t => {
  const { port, asked } = await proxy(t);
  const target = await rawServer(t, ({ socket }) => socket.write(reply('direct')));
  const proxies = { httpProxy: `http://127.0.0.1:${port}`, noProxy: 'exempt.test' };
  const post = poster(t, { proxies, ...names({ 'exempt.test': ['127.0.0.1'] }) });
  t.match(await post(`http://127.0.0.1:${target.port}/`), { body: 'from the proxy' });
  t.match(await post(`http://127.0.0.1:${target.port}/`, { limits: { proxy: null } }), { body: 'direct' });
  t.match(await post(`http://exempt.test:${target.port}/`), { body: 'direct' });
  t.equal(asked.length, 1);
});

t.test('who may be called through a proxy', async t => {
  const { port, asked } = await proxy(t);
  const limits = { proxy: `http://127.0.0.1:${port}` };
  const refused = { status: null, error: { code: 'forbidden_address' } };
  const post = poster(t, { 'net.deny': ['*.internal.test'] });
  t.match(await post('http://169.254.169.254/', { limits }), refused, 'a literal address');
  t.match(await post('http://[::ffff:a9fe:a9fe]/', { limits }), refused);
  t.match(
    await post('http://metadata.google.internal/', { limits }),
    refused,
    'a name that is known to lead there',
  );
  t.match(await post('http://ci.internal.test/', { limits }), {
    error: { message: 'ci.internal.test may not be called: closed by net.deny "*.internal.test"' },
  });
  t.match(
    await poster(t, { 'net.deny': ['*'], 'net.allow': ['127.0.0.1'] })('http://ci.example.com/', { limits }),
    refused,
  );
  t.equal(asked.length, 0);
  t.match(
    await poster(t, { 'net.deny': ['*'], 'net.allow': ['127.0.0.1', 'ci.example.com'] })(
      'http://ci.example.com/',
      { limits },
    ),
    {
      status: 200,
    },
  );
});

t.test('a name that leads to a refused address, as far as this machine knows', async t => {
  const { port, asked } = await proxy(t);
  const limits = { proxy: `http://127.0.0.1:${port}` };
  const dns = names({ 'evil.example.com': ['127.0.0.1', '169.254.169.254'], 'ci.example.com': ['10.0.0.1'] });
  for (const scheme of ['http', 'https'])
    t.match(await poster(t, dns)(`${scheme}://evil.example.com/`, { limits }), {
      status: null,
      error: {
        code: 'forbidden_address',
        message: /^evil\.example\.com leads to 169\.254\.169\.254, which may not be called: link-local/,
      },
    });
  t.equal(asked.length, 0, 'the proxy was not even asked');
  const allowed = poster(t, { 'net.allow': ['169.254.169.254'], ...dns });
  t.match(await allowed('http://evil.example.com/', { limits }), { status: 200 });
  const denied = poster(t, { 'net.deny': ['10.0.0.0/8'], ...dns });
  t.match(await denied('http://ci.example.com/', { limits }), {
    error: { message: /closed by net.deny "10\.0\.0\.0\/8"/ },
  });
});

t.test('name servers that are silent hold up no request through a proxy', async t => {
  const { port } = await proxy(t);
  const post = poster(t, { lookup: () => {} });
  t.match(await post('http://ci.example.com/', { limits: { proxy: `http://127.0.0.1:${port}` } }), {
    status: 200,
    error: null,
  });
});

t.test('the address of the proxy itself is checked', async t => {
  const { port, asked } = await proxy(t);
  const dns = names({ 'proxy.example.com': ['127.0.0.1'] });
  const limits = { proxy: `http://proxy.example.com:${port}` };
  t.match(await poster(t, { 'net.deny': ['127.0.0.0/8'], ...dns })('http://ci.example.com/', { limits }), {
    error: { code: 'forbidden_address', message: /^proxy: proxy\.example\.com leads to 127\.0\.0\.1/ },
  });
  t.equal(asked.length, 0);
});

t.test('a proxy that cannot be reached or used', async t => {
  const post = poster(t, names({}));
  const port = await closedPort();
  for (const [proxyUrl, message] of [
    [`http://127.0.0.1:${port}`, `proxy: 127.0.0.1:${port} refuses connections`],
    ['http://proxy.example.com:3128', 'proxy: the name proxy.example.com does not resolve'],
    ['socks5://127.0.0.1:1080', 'wanted a proxy of http:// or https://, got socks5://'],
    ['http://', 'the proxy is not a valid URL'],
  ] as const) {
    t.match(await post('http://ci.example.com/', { limits: { proxy: proxyUrl } }), {
      status: null,
      error: { code: 'proxy', message },
    });
  }
});
