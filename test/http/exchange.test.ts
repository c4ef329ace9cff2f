/** Answers at the edge of HTTP/1.1: what they are taken for, and that the next request is not harmed. */
import t from 'tap';
import { poster } from './post.ts';
import { acceptor, listen, rawServer, reply } from './raw-server.ts';

/** More than the buffers of two sockets hold. */
const LARGE = 'x'.repeat(20_000_000);

t.test('an answer before the body was read counts, whatever the receiver does then', async t => {
  for (const then of ['cork', 'destroySoon', 'end'] as const) {
    // Paused: of the body no more is taken than fits into the buffers.
    const { server } = acceptor(t, socket =>
      socket.once('readable', () => {
        socket.write(reply('too large', 'connection: close\r\n', '413 Content Too Large'));
        socket[then]();
      }),
    );
    const answer = await poster(t)(`http://127.0.0.1:${await listen(server)}/`, { body: LARGE });
    t.match(answer, { status: 413, body: 'too large', error: null }, then);
  }
});

t.test(
  'HTTP/1.0: with a length the answer is complete; its connection is used again only when it says so',
  async t => {
    for (const [header, connections] of [
      ['', 2],
      ['Connection: keep-alive\r\n', 1],
    ] as const) {
      const server = await rawServer(t, ({ socket }) =>
        socket.write(`HTTP/1.0 200 OK\r\n${header}Content-Length: 2\r\n\r\nok`),
      );
      const post = poster(t);
      for (let i = 0; i < 2; i++)
        t.match(await post(`http://127.0.0.1:${server.port}/`), { status: 200, body: 'ok', error: null });
      t.equal(server.sockets.length, connections);
    }
  },
);

const ROWS: [what: string, answer: string, message: RegExp][] = [
  ['HTTP/0.9', 'hello\r\n', /is not HTTP\/1\.1/],
  ['a status below 100', 'HTTP/1.1 099 No\r\ncontent-length: 0\r\n\r\n', /impossible status/],
  [
    'another protocol',
    'HTTP/1.1 101 No\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    /switched to a protocol/,
  ],
  [
    'two lengths',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok',
    /a length that cannot be/,
  ],
  [
    'length and chunks',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n',
    /length/,
  ],
  ['a length beyond all numbers', `HTTP/1.1 200 OK\r\ncontent-length: ${'9'.repeat(30)}\r\n\r\n`, /length/],
  ['a control character in a header', 'HTTP/1.1 200 OK\r\nX: \x1b[31m\r\n\r\n', /is not HTTP\/1\.1/],
  ['a header without end', `HTTP/1.1 200 OK\r\n${'a:b\r\n'.repeat(20_000)}`, /more than 16 KiB of headers/],
];

for (const [what, bytes, message] of ROWS) {
  t.test(`${what}: no answer, and it is said why`, async t => {
    const server = await rawServer(t, ({ socket, count }) => socket.write(count === 1 ? bytes : reply()));
    const post = poster(t);
    t.match(await post(`http://127.0.0.1:${server.port}/`), {
      status: null,
      error: { code: 'protocol', message },
    });
    t.match(await post(`http://127.0.0.1:${server.port}/`), { status: 200, error: null });
  });
}

t.test('a reset in the middle of an answer', async t => {
  for (const [part, status] of [
    ['HTTP/1.1 200 OK\r\ncontent-le', null],
    ['HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf', 200],
  ] as const) {
    const server = await rawServer(t, ({ socket }) => socket.write(part, () => socket.resetAndDestroy()));
    t.match(await poster(t)(`http://127.0.0.1:${server.port}/`), { error: { code: 'reset' } });
    const kept = await rawServer(t, ({ socket }) => {
      socket.write(part);
      socket.end();
    });
    t.match(await poster(t)(`http://127.0.0.1:${kept.port}/`), { status, error: { code: 'reset' } });
  }
});

t.test('a receiver that never reads', async t => {
  const { server } = acceptor(t, socket => socket.pause());
  const post = poster(t);
  const url = `http://127.0.0.1:${await listen(server)}/`;
  t.match(await post(url, { body: LARGE, limits: { totalMs: 300 } }), {
    status: null,
    error: { code: 'timeout' },
  });
});
