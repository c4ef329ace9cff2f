/** Answers that grow without coming to an end, and a `100 Continue` that nobody asked for. */
import type { Socket } from 'node:net';
import t from 'tap';
import { until } from '../support/until.ts';
import { poster } from './post.ts';
import { rawServer, reply } from './raw-server.ts';

/** Writes without end, as fast as it is read. */
function flood(socket: Socket, start: string, piece: string): void {
  socket.write(start);
  const more = () => {
    while (!socket.destroyed && socket.write(piece.repeat(Math.ceil(50_000 / piece.length))));
  };
  socket.on('drain', more);
  more();
}

const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const FLOODS: [what: string, start: string, piece: string, status: number | null][] = [
  ['1xx', '', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n', null],
  ['100 Continue', '', 'HTTP/1.1 100 Continue\r\n\r\n', null],
  ['empty lines before the answer', '', '\r\n', null],
  ['one chunk extension', `${CHUNKED}5;a=`, 'a', 200],
  ['trailers', `${CHUNKED}2\r\nok\r\n0\r\n`, 'X-A: b\r\n', 200],
];

for (const [what, start, piece, status] of FLOODS) {
  t.test(`an endless flood of ${what} is ended by its bytes, long before its time`, async t => {
    const server = await rawServer(t, ({ socket }) => flood(socket, start, piece));
    const answer = await poster(t)(`http://127.0.0.1:${server.port}/`);
    t.match(answer, { status, error: { code: 'protocol', message: /within 1 MiB$|16 KiB of headers$/ } });
    await until('the connection to be dropped', () => server.sockets[0]!.destroyed);
  });
}

t.test('64 KiB in chunks of one byte are a whole answer', async t => {
  const server = await rawServer(t, ({ socket }) =>
    socket.write(`${CHUNKED}${'1\r\na\r\n'.repeat(65_536)}0\r\n\r\n`),
  );
  const post = poster(t);
  for (let i = 0; i < 3; i++) {
    const answer = await post(`http://127.0.0.1:${server.port}/`);
    t.match(answer, { status: 200, truncated: false, error: null });
    t.equal(answer.body.length, 65_536);
  }
  t.equal(server.sockets.length, 1, 'each answer is counted for itself');
});

t.test('100 Continue before the answer is left out, however it is cut', async t => {
  const whole = `HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${reply('done')}`;
  for (let cut = 1; cut < whole.length; cut += 3) {
    const server = await rawServer(t, ({ socket }) => {
      socket.setNoDelay(true);
      socket.write(whole.slice(0, cut));
      setTimeout(() => socket.write(whole.slice(cut)), 2);
    });
    const post = poster(t);
    t.match(
      await post(`http://127.0.0.1:${server.port}/`),
      { status: 200, body: 'done', error: null },
      `${cut}`,
    );
    t.match(await post(`http://127.0.0.1:${server.port}/`), { status: 200, body: 'done', error: null });
    t.equal(server.sockets.length, 1, 'the connection stays good');
  }
});

t.test('the same words inside an answer are a part of it', async t => {
  const text = 'HTTP/1.1 100 Continue\r\n\r\n';
  const server = await rawServer(t, ({ socket }) => socket.write(reply(text)));
  t.match(await poster(t)(`http://127.0.0.1:${server.port}/`), { status: 200, body: text });
});

t.test('nothing but a 100 Continue is no answer', async t => {
  const server = await rawServer(t, ({ socket }) => socket.end('HTTP/1.1 100 Continue\r\n\r\n'));
  t.match(await poster(t)(`http://127.0.0.1:${server.port}/`), { status: null, error: { code: 'reset' } });
  t.equal(server.requests.length, 1);
});
