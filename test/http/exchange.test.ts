/** Answers at the edge of HTTP/1.1: what they are taken for, and that the next request is not harmed. */
import t from 'tap';
import { matches } from '../support/matches.ts';
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

const ROWS: [what: string, answer: string, status: number | null, message: RegExp][] = [
  ['HTTP/0.9', 'hello\r\n', null, /^what .* is not HTTP\/1\.1/],
  ['a status below 100', 'HTTP/1.1 099 No\r\ncontent-length: 0\r\n\r\n', null, /invalid status/],
  ['a status that is no number', 'HTTP/1.1 20x OK\r\n\r\n', null, /^what .* is not HTTP\/1\.1/],
  [
    'another protocol',
    'HTTP/1.1 101 No\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    null,
    /switched to another protocol/,
  ],
  [
    'two lengths',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok',
    200,
    /an invalid Content-Length/,
  ],
  [
    'length and chunks',
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n',
    200,
    /Content-Length/,
  ],
  [
    'a length beyond all numbers',
    `HTTP/1.1 200 OK\r\ncontent-length: ${'9'.repeat(30)}\r\n\r\n`,
    200,
    /Content-Length/,
  ],
  ['a control character in a header', 'HTTP/1.1 200 OK\r\nX: \x1b[31m\r\n\r\n', 200, /^the rest of what/],
  ['a header without end', `HTTP/1.1 200 OK\r\n${'a:b\r\n'.repeat(20_000)}`, 200, /16 KiB of headers/],
  ['bare line feeds', 'HTTP/1.1 204 No Content\n\n', 204, /^the rest of what .* is not HTTP\/1\.1/],
  ['bare carriage returns', 'HTTP/1.1 200 OK\rX: y\r\r', 200, /^the rest of what/],
  ['blanks in a header', 'HTTP/1.0 202 Accepted\r\nX Y: z\r\n\r\n', 202, /^the rest of what/],
  ['a refusal with a folded header', 'HTTP/1.1 410 Gone\r\nA: b\r\n c\r\n\r\n', 410, /^the rest of what/],
  [
    'a refusal behind interim answers',
    'HTTP/1.1 100 Continue\n\nHTTP/1.1 103 Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 503 No\n\n',
    503,
    /^the rest of what/,
  ],
];

for (const [what, bytes, status, message] of ROWS) {
  t.test(
    `${what}: ${status === null ? 'no answer' : `its status counts (${status})`}, and it is said why`,
    async t => {
      const server = await rawServer(t, ({ socket, count }) => socket.write(count === 1 ? bytes : reply()));
      const post = poster(t);
      matches(t, await post(`http://127.0.0.1:${server.port}/`), {
        status,
        headers: [],
        error: { code: 'protocol', message },
      });
      t.match(await post(`http://127.0.0.1:${server.port}/`), { status: 200, error: null });
      t.equal(server.sockets.length, 2, 'the connection is not used again');
    },
  );
}

t.test('a status of the answer before is not that of the next one', async t => {
  const server = await rawServer(t, ({ socket, count }) =>
    count === 1 ? socket.write(reply()) : socket.write('no HTTP at all\r\n'),
  );
  const post = poster(t);
  t.match(await post(`http://127.0.0.1:${server.port}/`), { status: 200, error: null });
  t.match(await post(`http://127.0.0.1:${server.port}/`), { status: null, error: { code: 'protocol' } });
  t.equal(server.sockets.length, 1, 'on the same connection');
});

t.test(
  'a kept connection that ends behind a status line has been answered: the request is not sent again',
  async t => {
    const server = await rawServer(t, ({ socket, count }) => {
      if (count === 1) socket.write(reply());
      else socket.end('HTTP/1.1 200 OK\nX');
    });
    const post = poster(t);
    await post(`http://127.0.0.1:${server.port}/`);
    const { status, error } = await post(`http://127.0.0.1:${server.port}/`);
    t.equal(status, 200);
    t.not(error, null);
    t.equal(server.requests.length, 2);
  },
);

t.test('a reset in the middle of an answer', async t => {
  for (const [part, status] of [
    ['HTTP/1.1 2', null],
    ['HTTP/1.1 200 OK', null],
    ['HTTP/1.1 200 OK\r\ncontent-le', 200],
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
