/** Which connections are kept, used again and given up, and when a request is sent once more. */
import t from 'tap';
import { until } from '../support/until.ts';
import { poster } from './post.ts';
import { rawServer, reply } from './raw-server.ts';

t.test('one connection carries one request after the other', async t => {
  const server = await rawServer(t, ({ socket }) => socket.write(reply()));
  const post = poster(t);
  for (let i = 0; i < 5; i++) await post(`http://127.0.0.1:${server.port}/${i}`);
  t.equal(server.sockets.length, 1);
});

t.test('requests at the same time have connections of their own, and share them afterwards', async t => {
  const server = await rawServer(t, ({ socket }) => socket.write(reply()));
  const post = poster(t);
  for (let round = 0; round < 3; round++) {
    await Promise.all(Array.from({ length: 8 }, () => post(`http://127.0.0.1:${server.port}/`)));
  }
  t.equal(server.sockets.length, 8);
});

t.test('a connection that the server closed while idle is not used', async t => {
  const server = await rawServer(t, ({ socket, count }) => {
    if (count === 1) socket.end(reply());
    else socket.write(reply());
  });
  const post = poster(t);
  await post(`http://127.0.0.1:${server.port}/`);
  await until('the end of the connection', () => server.sockets[0]!.closed);
  t.match(await post(`http://127.0.0.1:${server.port}/`), { status: 200, error: null });
  t.equal(server.requests.length, 2);
});

t.test('Connection: close is obeyed', async t => {
  const server = await rawServer(t, ({ socket }) => socket.end(reply('ok', 'connection: close\r\n')));
  const post = poster(t);
  for (let i = 0; i < 3; i++)
    t.match(await post(`http://127.0.0.1:${server.port}/`), { status: 200, error: null });
  t.equal(server.sockets.length, 3);
});

t.test('Keep-Alive: timeout=1 is too short to rely on', async t => {
  const server = await rawServer(t, ({ socket }) => socket.write(reply('ok', 'keep-alive: timeout=1\r\n')));
  const post = poster(t);
  for (let i = 0; i < 2; i++)
    t.match(await post(`http://127.0.0.1:${server.port}/`), { status: 200, error: null });
  t.equal(server.sockets.length, 2);
});

for (const [how, end] of [
  ['resets', 'resetAndDestroy'],
  ['closes', 'destroySoon'],
] as const) {
  t.test(
    `a used connection that the server ${how} before any answer: once more, at once, unseen`,
    async t => {
      const server = await rawServer(t, ({ socket, count }) => {
        if (count === 2) socket[end]();
        else socket.write(reply(`answer ${count}`));
      });
      const post = poster(t);
      t.match(await post(`http://127.0.0.1:${server.port}/`), { body: 'answer 1' });
      t.match(await post(`http://127.0.0.1:${server.port}/`), { status: 200, body: 'answer 3', error: null });
      t.same(
        server.requests.map(({ connection }) => connection),
        [1, 1, 2],
      );
      t.same(server.requests[2]!.head, server.requests[1]!.head, 'the very same request');
    },
  );
}

t.test('with other used connections at hand, the second try still takes a new one', async t => {
  let stale = false;
  const server = await rawServer(t, ({ socket, connection }) => {
    if (stale && connection <= 3) socket.resetAndDestroy();
    else socket.write(reply());
  });
  const post = poster(t);
  await Promise.all([1, 2, 3].map(() => post(`http://127.0.0.1:${server.port}/`)));
  t.equal(server.sockets.length, 3);
  stale = true;
  t.match(await post(`http://127.0.0.1:${server.port}/`), { status: 200, error: null });
  t.same(server.requests.at(-1)!.connection, 4);
});

t.test('a second try that fails is a failure', async t => {
  const server = await rawServer(t, ({ socket, count }) => {
    if (count === 1) socket.write(reply());
    else socket.resetAndDestroy();
  });
  const post = poster(t);
  await post(`http://127.0.0.1:${server.port}/`);
  t.match(await post(`http://127.0.0.1:${server.port}/`), { status: null, error: { code: 'reset' } });
  t.equal(server.requests.length, 3);
});

t.test('no second try once a byte of an answer came', async t => {
  const server = await rawServer(t, ({ socket, count }) => {
    if (count === 1) socket.write(reply());
    else socket.write('HTTP/1.1 2', () => socket.resetAndDestroy());
  });
  const post = poster(t);
  await post(`http://127.0.0.1:${server.port}/`);
  t.match(await post(`http://127.0.0.1:${server.port}/`), { status: null, error: { code: 'reset' } });
  t.equal(server.requests.length, 2);
});

t.test('no second try after a time-out on a used connection', async t => {
  const server = await rawServer(t, ({ socket, count }) => {
    if (count === 1) socket.write(reply());
  });
  const post = poster(t);
  await post(`http://127.0.0.1:${server.port}/`);
  t.match(await post(`http://127.0.0.1:${server.port}/`, { limits: { totalMs: 100 } }), {
    error: { code: 'timeout' },
  });
  t.equal(server.requests.length, 2);
});
