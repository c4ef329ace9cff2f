/** What is sent, what is told, and what a receiver can do to either: one test for each way to behave. */

import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { promisify } from 'node:util';
import t from 'tap';
import { closedPort } from '../support/closed-port.ts';
import { matches } from '../support/matches.ts';
import { until } from '../support/until.ts';
import { names, poster } from './post.ts';
import { acceptor, listen, rawServer, reply } from './raw-server.ts';

t.test('the request has the exact headers in their order and case, and the exact bytes', async t => {
  const server = await rawServer(t, ({ socket }) => socket.write(reply()));
  const body = '{"message":"Überraschung 你好 🎉\\n"}';
  const post = poster(t);
  const answer = await post(`http://127.0.0.1:${server.port}/hook?access_token=x`, {
    headers: [
      ['Content-Type', 'application/json;charset=utf-8'],
      ['X-Gitee-Token', 'a/b+c='],
      ['x-lower', '1'],
      ['X-Twice', 'one'],
      ['X-Twice', 'two'],
    ],
    body,
  });
  t.equal(answer.status, 200);
  t.equal(
    server.requests[0]!.head,
    [
      'POST /hook?access_token=x HTTP/1.1',
      `host: 127.0.0.1:${server.port}`,
      'connection: keep-alive',
      'Content-Type: application/json;charset=utf-8',
      'X-Gitee-Token: a/b+c=',
      'x-lower: 1',
      'X-Twice: one',
      'X-Twice: two',
      `content-length: ${Buffer.byteLength(body)}`,
    ].join('\r\n'),
  );
  t.equal(server.requests[0]!.body.toString(), body);
});

t.test('an empty body has its length too', async t => {
  const server = await rawServer(t, ({ socket }) => socket.write(reply()));
  await poster(t)(`http://127.0.0.1:${server.port}/`, { body: '' });
  t.match(server.requests[0]!.head, /content-length: 0$/);
});

t.test('user and password of the URL become an Authorization header, unless the request has one', async t => {
  const server = await rawServer(t, ({ socket }) => socket.write(reply()));
  const post = poster(t);
  await post(`http://me:p%40ss@127.0.0.1:${server.port}/`);
  await post(`http://me:p%40ss@127.0.0.1:${server.port}/`, { headers: [['authorization', 'Bearer x']] });
  t.match(server.requests[0]!.head, `Authorization: Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  t.match(server.requests[1]!.head, 'authorization: Bearer x');
  t.notMatch(server.requests[1]!.head, /Basic/);
});

t.test('200: status, headers as they came, body, address', async t => {
  const server = await rawServer(t, ({ socket }) =>
    socket.write(reply('{"errcode":0}', 'X-Request-Id: 7\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n')),
  );
  const answer = await poster(t)(`http://127.0.0.1:${server.port}/`);
  t.match(answer, {
    status: 200,
    body: '{"errcode":0}',
    truncated: false,
    error: null,
    address: '127.0.0.1',
  });
  t.same(answer.headers, [
    ['content-length', '13'],
    ['X-Request-Id', '7'],
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
  ]);
  t.type(answer.durationMs, 'number');
});

t.test('500, 410 and 429 are answers, with their headers', async t => {
  const post = poster(t);
  for (const status of ['500 Internal Server Error', '410 Gone', '429 Too Many Requests']) {
    const server = await rawServer(t, ({ socket }) =>
      socket.write(reply('no', 'Retry-After: 120\r\n', status)),
    );
    const answer = await post(`http://127.0.0.1:${server.port}/`);
    t.match(answer, { status: Number(status.slice(0, 3)), body: 'no', error: null });
    t.strictSame(answer.headers[1], ['Retry-After', '120']);
  }
});

t.test('204 without a body', async t => {
  const server = await rawServer(t, ({ socket }) => socket.write('HTTP/1.1 204 No Content\r\n\r\n'));
  t.match(await poster(t)(`http://127.0.0.1:${server.port}/`), { status: 204, body: '', error: null });
});

t.test('early hints before the answer are not the answer', async t => {
  const server = await rawServer(t, ({ socket }) => {
    socket.write('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n');
    socket.write(reply('done'));
  });
  t.match(await poster(t)(`http://127.0.0.1:${server.port}/`), { status: 200, body: 'done' });
});

t.test('a redirect is an answer and is not followed, wherever it leads', async t => {
  const inner = await rawServer(t, ({ socket }) => socket.write(reply('secret')));
  const server = await rawServer(t, ({ socket }) =>
    socket.write(reply('', `Location: http://127.0.0.1:${inner.port}/admin\r\n`, '302 Found')),
  );
  const answer = await poster(t)(`http://127.0.0.1:${server.port}/`);
  t.match(answer, { status: 302, error: null });
  t.equal(server.requests.length, 1);
  t.equal(inner.sockets.length, 0);
});

t.test('text that is not UTF-8 becomes U+FFFD, control characters stay', async t => {
  const body = Buffer.concat([Buffer.from('caf'), Buffer.from([0xe9]), Buffer.from('\x1b[31m\0')]);
  const server = await rawServer(t, ({ socket }) => socket.write(reply(body)));
  t.equal((await poster(t)(`http://127.0.0.1:${server.port}/`)).body, 'caf\ufffd\x1b[31m\0');
});

t.test('64 KiB are read to the end, and the connection is used again', async t => {
  const server = await rawServer(t, ({ socket }) => socket.write(reply('x'.repeat(65_536))));
  const post = poster(t);
  for (let i = 0; i < 2; i++) {
    const answer = await post(`http://127.0.0.1:${server.port}/`);
    t.match(answer, { status: 200, truncated: false, error: null });
    t.equal(answer.body.length, 65_536);
  }
  t.equal(server.sockets.length, 1);
});

t.test('an endless answer is cut at 64 KiB, its status counts, and the connection is dropped', async t => {
  let written = 0;
  const server = await rawServer(t, ({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n');
    const chunk = Buffer.from('é'.repeat(32_768));
    const more = () => {
      while (written < 100_000_000 && !socket.destroyed) {
        written += chunk.length;
        if (!socket.write(written === chunk.length ? Buffer.concat([Buffer.from('x'), chunk]) : chunk))
          return;
      }
    };
    socket.on('drain', more);
    more();
  });
  const answer = await poster(t)(`http://127.0.0.1:${server.port}/`);
  t.match(answer, { status: 200, truncated: true, error: null });
  t.equal(answer.body, `x${'é'.repeat(32_767)}`, 'the character that the cut went through is left out');
  await until('the connection to be dropped', () => server.sockets[0]!.destroyed);
  t.ok(written < 100_000_000, 'most was never sent');
});

t.test('accepts and is silent', async t => {
  const server = await rawServer(t, () => {});
  const answer = await poster(t)(`http://127.0.0.1:${server.port}/?token=secret`, {
    limits: { totalMs: 100 },
  });
  t.match(answer, {
    status: null,
    body: '',
    address: '127.0.0.1',
    error: { code: 'timeout', message: '127.0.0.1 did not answer within 0.1 s' },
  });
  await until('the connection to be dropped', () => server.sockets[0]!.destroyed);
});

t.test(
  'one byte now and then: the status counts, and the error says that the body is not complete',
  async t => {
    const server = await rawServer(t, ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\na');
      const timer = setInterval(() => socket.write('b'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    const answer = await poster(t)(`http://127.0.0.1:${server.port}/`, { limits: { totalMs: 300 } });
    t.match(answer, { status: 200, truncated: false, error: { code: 'timeout' } });
    t.match(answer.body, /^ab*$/);
    matches(t, answer.headers, [['Content-Type', 'text/plain']]);
  },
);

t.test('one byte of the headers now and then: the status counts', async t => {
  const server = await rawServer(t, ({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
    const timer = setInterval(() => socket.write('b'), 20);
    socket.on('close', () => clearInterval(timer));
  });
  const answer = await poster(t)(`http://127.0.0.1:${server.port}/`, { limits: { totalMs: 300 } });
  matches(t, answer, { status: 200, headers: [], error: { code: 'timeout' } });
});

t.test('closes after the headers', async t => {
  const server = await rawServer(t, ({ socket }) =>
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n'),
  );
  const answer = await poster(t)(`http://127.0.0.1:${server.port}/`);
  t.match(answer, { status: 200, body: '', error: { code: 'reset' } });
  t.equal(server.requests.length, 1);
});

t.test('less than the content length', async t => {
  for (const connection of ['keep-alive', 'close']) {
    const server = await rawServer(t, ({ socket }) =>
      socket.end(`HTTP/1.1 200 OK\r\nconnection: ${connection}\r\ncontent-length: 10\r\n\r\nhalf`),
    );
    const answer = await poster(t)(`http://127.0.0.1:${server.port}/`);
    t.match(answer, { status: 200, body: 'half', error: { code: 'reset' } });
  }
});

t.test('more than the content length is no part of the answer and spoils no later one', async t => {
  const server = await rawServer(t, ({ socket }) =>
    socket.write(
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 500 smuggled\r\ncontent-length: 0\r\n\r\n',
    ),
  );
  const post = poster(t);
  for (let i = 0; i < 2; i++) {
    t.match(await post(`http://127.0.0.1:${server.port}/`), { status: 200, body: 'ok', error: null });
  }
});

t.test('broken chunks', async t => {
  const server = await rawServer(t, ({ socket }) =>
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nzzz\r\n'),
  );
  t.match(await poster(t)(`http://127.0.0.1:${server.port}/`), {
    status: 200,
    body: 'abc',
    error: { code: 'protocol' },
  });
});

t.test('chunks, and a body that ends with the connection', async t => {
  const post = poster(t);
  const chunked = await rawServer(t, ({ socket }) =>
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n'),
  );
  t.match(await post(`http://127.0.0.1:${chunked.port}/`), { status: 200, body: 'abcde', error: null });
  const closing = await rawServer(t, ({ socket }) => socket.end('HTTP/1.0 200 OK\r\n\r\nto the end'));
  t.match(await post(`http://127.0.0.1:${closing.port}/`), { status: 200, body: 'to the end', error: null });
});

t.test('resets', async t => {
  const server = await rawServer(t, ({ socket }) => socket.resetAndDestroy());
  const answer = await poster(t)(`http://127.0.0.1:${server.port}/`);
  t.match(answer, { status: null, address: '127.0.0.1', error: { code: 'reset' } });
  t.equal(server.sockets.length, 1, 'a fresh connection is not tried again');
});

t.test('closes at once', async t => {
  const { server, sockets } = acceptor(t, socket => socket.end());
  const port = await listen(server);
  t.match(await poster(t)(`http://127.0.0.1:${port}/`), { status: null, error: { code: 'reset' } });
  t.equal(sockets.length, 1);
});

t.test('garbage instead of HTTP', async t => {
  const server = await rawServer(t, ({ socket }) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
  t.match(await poster(t)(`http://127.0.0.1:${server.port}/`), {
    status: null,
    error: { code: 'protocol', message: /^what 127\.0\.0\.1 answered is not HTTP\/1\.1/ },
  });
});

t.test('HTTP/2 where HTTP/1.1 was asked for', async t => {
  const server = createServer();
  t.teardown(() => server.close());
  server.on('sessionError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const answer = await poster(t)(`http://127.0.0.1:${port}/`);
  t.equal(answer.status, null);
  t.match(answer.error?.code, /^(protocol|reset)$/);
});

t.test('endless headers', async t => {
  const server = await rawServer(t, ({ socket }) => {
    socket.write(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(100_000)}`);
  });
  t.match(await poster(t)(`http://127.0.0.1:${server.port}/`), { status: 200, error: { code: 'protocol' } });
});

t.test('nobody listens', async t => {
  const port = await closedPort();
  t.match(await poster(t)(`http://127.0.0.1:${port}/`), {
    status: null,
    address: null,
    error: { code: 'refused', message: `127.0.0.1:${port} refuses connections` },
  });
});

t.test('a name that does not resolve', async t => {
  const post = poster(t, names({}));
  const answer = await post('http://ci.exmaple.com/secret/path?token=secret');
  t.match(answer, {
    status: null,
    error: { code: 'dns', message: 'the name ci.exmaple.com does not resolve' },
  });
});

t.test('a request that is no valid HTTP is an error value, and no byte of it is sent', async t => {
  const server = await rawServer(t, ({ socket }) => socket.write(reply()));
  const post = poster(t);
  const url = `http://127.0.0.1:${server.port}/`;
  for (const [name, value] of [
    ['X-Ref', 'main\r\nX-Admin: yes'],
    ['X-Ref', 'main\nX-Admin: yes'],
    ['X-Ref', 'main\0'],
    ['X-Ref', '你好'],
    ['X-Ref: a\r\nX-Admin', 'yes'],
    ['Transfer-Encoding', 'chunked'],
    ['Content-Length', '7'],
  ] as const) {
    const answer = await post(url, { headers: [[name, value]] });
    t.match(answer, { status: null, error: { code: 'invalid_request' } }, JSON.stringify([name, value]));
    t.notMatch(answer.error!.message, /X-Admin|main/);
  }
  t.equal(server.requests.length, 0);
  t.match(await post(url), { status: 200 }, 'the next request is not harmed');
});

t.test('a URL that cannot be used is an error value that does not repeat it', async t => {
  const post = poster(t);
  for (const url of [
    '',
    'ci.example.com/secret',
    'http://',
    'ftp://127.0.0.1/secret',
    'http://a b/secret',
    'http://[fe80::1%25eth0]/',
  ]) {
    const answer = await post(url);
    t.match(answer, { status: null, error: { code: 'invalid_request' } }, url);
    t.notMatch(answer.error!.message, /secret/);
  }
});

t.test('50 receivers that hang hold up none of 50 that answer', async t => {
  const silent = await rawServer(t, () => {});
  const good = await rawServer(t, ({ socket }) => socket.write(reply()));
  const table: Record<string, string[]> = {};
  for (let i = 0; i < 50; i++) {
    table[`silent-${i}.test`] = ['127.0.0.1'];
    table[`good-${i}.test`] = ['127.0.0.1'];
  }
  const post = poster(t, names(table));
  let hanging = 50;
  const hung = Array.from({ length: 50 }, (_, i) =>
    post(`http://silent-${i}.test:${silent.port}/`).finally(() => hanging--),
  );
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => post(`http://good-${i}.test:${good.port}/`)),
  );
  t.equal(answers.filter(answer => answer.status === 200).length, 50);
  t.equal(hanging, 50, 'the others have not come to their end meanwhile');
  for (const socket of silent.sockets) socket.destroy();
  t.equal((await Promise.all(hung)).filter(answer => answer.error?.code === 'reset').length, 50);
});

t.test('close waits for what is under way and refuses what comes later', async t => {
  const server = await rawServer(t, ({ socket, count }) => {
    if (count > 1) setTimeout(() => socket.write(reply('late')), 50);
    else socket.write(reply('early'));
  });
  const post = poster(t);
  await post(`http://127.0.0.1:${server.port}/`);
  const late = post(`http://127.0.0.1:${server.port}/`);
  const closed = [post.sender.close(), post.sender.close()];
  t.match(await post(`http://127.0.0.1:${server.port}/`), { status: null, error: { code: 'network' } });
  await Promise.all(closed);
  t.match(await late, { status: 200, body: 'late' });
  await until('the connection to be closed', () => server.sockets.every(socket => socket.destroyed));
});

t.test('a process that sends nothing does not load undici', t => {
  const source = new URL('../../src/http/sender.ts', import.meta.url).href;
  const count = `
    const { createSender } = await import(${JSON.stringify(source)});
    const sender = createSender({ 'net.allow': [], 'net.deny': [] });
    const { createRequire } = await import('node:module');
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).filter(path => path.includes('/undici/')).length;
    const before = loaded();
    await sender.send({ method: 'POST', url: 'http://169.254.1.1/', headers: [], body: '' }, { connectMs: 9, totalMs: 9 });
    console.log(before, loaded() > 0);`;
  const ran = execFileSync(process.execPath, ['--input-type=module', '-e', count], { encoding: 'utf8' });
  t.equal(ran, '0 true\n');
  t.end();
});

t.test('a connection that is kept does not keep the process alive', async t => {
  const server = await rawServer(t, ({ socket }) => socket.write(reply()));
  const source = new URL('../../src/http/sender.ts', import.meta.url).href;
  const once = `
    const { createSender } = await import(${JSON.stringify(source)});
    const sender = createSender({ 'net.allow': [], 'net.deny': [] });
    const url = 'http://127.0.0.1:${server.port}/';
    const answer = await sender.send({ method: 'POST', url, headers: [], body: '' }, { connectMs: 20_000, totalMs: 20_000 });
    const ended = performance.now();
    process.on('exit', () => console.log(answer.status, performance.now() - ended < 3_000));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', once]);
  t.equal(stdout, '200 true\n');
});
