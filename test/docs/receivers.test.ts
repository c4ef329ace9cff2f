/** Every row of the table in `docs/receivers.md`, by a receiver that behaves so: what it comes to, and what the log says. */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { dingtalk } from '../../src/kinds/dingtalk.ts';
import { gitee } from '../../src/kinds/gitee.ts';
import { type Authority, authority } from '../http/certificates.ts';
import { names, type Post, poster } from '../http/post.ts';
import { acceptor, listen, type RawRequest, rawServer, reply } from '../http/raw-server.ts';
import { tlsServer } from '../http/tls-server.ts';
import { PROJECT } from '../support/belfry.ts';
import { closedPort } from '../support/closed-port.ts';
import { needs } from '../support/needs.ts';
import { neverAccepts } from '../support/never-accepts.ts';

type Answer = Awaited<ReturnType<Post>>;
/** Makes the receiver and one request to it; `limits` are short where waiting is what the row is about. */
type Scenario = (t: Test, ca: Authority) => Promise<Answer>;

const HOST = 'ci.example.com';
const GOOD = '{"errcode":0,"errmsg":"ok"}';
const dns = names({ [HOST]: ['127.0.0.1'], 'refused.example.com': ['169.254.169.254'] });
const waits = { limits: { totalMs: 300 } };
const LARGE = 'x'.repeat(20_000_000);
const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';

/** Answers each request with bytes, or by hand. */
function answers(how: string | Buffer | ((request: RawRequest) => void), options: object = {}): Scenario {
  return async t => {
    const server = await rawServer(t, request => {
      if (typeof how === 'function') how(request);
      else request.socket.write(how);
    });
    return poster(t, dns)(`http://${HOST}:${server.port}/`, options);
  };
}

/** Does something with the socket, whatever is asked. */
function accepts(accepted: (socket: Socket) => void, options: object = {}, scheme = 'http'): Scenario {
  return async t => {
    const { server } = acceptor(t, accepted);
    return poster(t, dns)(`${scheme}://${HOST}:${await listen(server)}/`, options);
  };
}

function certified(host: string, days: { to?: string } = {}, trusted = true): Scenario {
  return async (t, { ca, issue }) => {
    const server = await tlsServer(t, issue(`DNS:${host}`, days));
    return poster(t, dns)(`https://${HOST}:${server.port}/`, trusted ? { limits: { tls: { ca } } } : {});
  };
}

/** A byte now and then, without end. */
function drip(start: string): (request: RawRequest) => void {
  return ({ socket }) => {
    socket.write(start);
    const timer = setInterval(() => socket.write('x'), 20);
    socket.on('close', () => clearInterval(timer));
  };
}

function flood(start: string, piece: string): (request: RawRequest) => void {
  return ({ socket }) => {
    socket.write(start);
    const more = () => {
      while (!socket.destroyed && socket.write(piece.repeat(1_000)));
    };
    socket.on('drain', more);
    more();
  };
}

const SCENARIOS: Record<string, Scenario> = {
  'its name does not resolve': t => poster(t, names({}))(`http://${HOST}/`),
  'its name servers are silent': t =>
    poster(t, { lookup: () => {} })(`http://${HOST}/`, { limits: { connectMs: 100 } }),
  'its name leads to a refused address': t =>
    poster(t, names({ [HOST]: ['169.254.169.254'] }))(`http://${HOST}/`),
  'its name leads elsewhere between two attempts': async t => {
    const server = await rawServer(t, ({ socket }) => socket.end(reply(GOOD, 'connection: close\r\n')));
    const table = { [HOST]: ['127.0.0.1'] };
    const post = poster(t, names(table));
    t.match(await post(`http://${HOST}:${server.port}/`), { status: 200 });
    table[HOST] = ['169.254.169.254'];
    return post(`http://${HOST}:${server.port}/`);
  },
  'refuses connections': async t => poster(t, dns)(`http://${HOST}:${await closedPort()}/`),
  'never accepts': async t =>
    poster(t, dns)(`http://${HOST}:${await neverAccepts(t)}/`, { limits: { connectMs: 100 } }),
  'accepts and hangs up': accepts(socket => socket.resume().end()),
  'accepts and never shakes hands in TLS': accepts(
    socket => socket.resume(),
    { limits: { connectMs: 2_000 } },
    'https',
  ),
  'has a certificate for another name': certified('other.example.com'),
  'has an expired certificate': certified(HOST, { to: '20260102' }),
  'has a certificate of an unknown authority': certified(HOST, {}, false),
  'accepts and is silent': accepts(socket => socket.resume(), waits),
  'never reads the request': accepts(socket => socket.pause(), { ...waits, body: LARGE }),
  'answers before it has read the request': accepts(
    socket =>
      socket.once('readable', () => {
        socket.write(reply(GOOD, 'connection: close\r\n'));
        socket.destroySoon();
      }),
    { body: LARGE },
  ),
  'sends one byte of its headers a second': answers(drip('HTTP/1.1 200 OK\r\nX: '), waits),
  'sends one byte of its body a second': answers(
    drip('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n'),
    // Long enough for a status on a machine that has much to do.
    { limits: { totalMs: 2_000 } },
  ),
  'answers without end': answers(flood('HTTP/1.1 200 OK\r\n\r\n', 'x')),
  'answers with a gzip bomb': answers(
    reply(gzipSync(Buffer.alloc(20_000_000, 'x')), 'Content-Encoding: gzip\r\n'),
  ),
  'floods: 1xx without end': answers(flood('', 'HTTP/1.1 103 Early Hints\r\n\r\n')),
  'floods: a chunk extension without end': answers(flood(`${CHUNKED}5;a=`, 'a')),
  'sends giant headers': answers(flood('HTTP/1.1 200 OK\r\nX: ', 'x')),
  'says 100 Continue, and 103 Early Hints': answers(
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n${reply(GOOD)}`,
  ),
  'answers in HTTP/1.0': answers(reply(GOOD).toString().replace('HTTP/1.1', 'HTTP/1.0')),
  'answers no HTTP': answers('SSH-2.0-OpenSSH_9.2\r\n'),
  'answers 200 in bare line feeds': answers(`HTTP/1.1 200 OK\ncontent-length: ${GOOD.length}\n\n${GOOD}`),
  'answers 500 in bare line feeds': answers('HTTP/1.1 500 No\ncontent-length: 0\n\n'),
  'answers 200 with a length beside chunks': answers(
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ),
  'answers 200 with two lengths': answers(
    'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok',
  ),
  'answers 200 with a folded header': answers(
    'HTTP/1.1 200 OK\r\nX-A: one\r\n two\r\ncontent-length: 2\r\n\r\nok',
  ),
  "answers 200 with a blank in a header's name": answers(
    'HTTP/1.1 200 OK\r\nX A: one\r\ncontent-length: 2\r\n\r\nok',
  ),
  'answers 200 and closes in its headers': answers(({ socket }) => socket.end('HTTP/1.1 200 OK\r\nX: y')),
  'answers 200 with broken chunks': answers(`${CHUNKED}3\r\nabc\r\nzzz\r\n`),
  'answers 200 with less than it announced': answers(({ socket }) =>
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'),
  ),
  'answers 200 with a body that is no JSON': answers(reply('<html>welcome</html>')),
  'closes after the headers': answers(({ socket }) =>
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n'),
  ),
  'resets the connection': answers(({ socket }) => socket.resetAndDestroy()),
  'closes a kept connection just when it is used again': async t => {
    const server = await rawServer(t, ({ socket, count }) => {
      if (count === 2) socket.resetAndDestroy();
      else socket.write(reply(GOOD));
    });
    const post = poster(t, dns);
    await post(`http://${HOST}:${server.port}/`);
    const answer = await post(`http://${HOST}:${server.port}/`);
    t.equal(server.requests.length, 3, 'sent once more');
    t.same(server.requests[2]!.head, server.requests[1]!.head, 'the very same request');
    return answer;
  },
  'redirects to an inner address': async t => {
    const inner = await rawServer(t, ({ socket }) => socket.write(reply(GOOD)));
    const to = `Location: http://127.0.0.1:${inner.port}/admin\r\n`;
    const answer = await answers(reply('', to, '307 Temporary Redirect'))(t, NONE);
    t.equal(inner.sockets.length, 0, 'not followed');
    return answer;
  },
};
const NONE = {} as Authority;

const OUTCOMES: Record<string, string> = { ok: 'delivered', transient: 'tried again', config: 'failed' };

/** Hosts, ports and seconds of the test are not those of the document. */
function asDocumented(message: string): string {
  return message
    .replaceAll(HOST, 'HOST')
    .replace(/HOST:\d+/, 'HOST:PORT')
    .replace(/within [\d.]+ s/, message.startsWith('no ') ? 'within 3 s' : 'within 10 s');
}

t.test('receivers that misbehave', async t => {
  if (!needs(t, 'openssl')) return;
  const page = readFileSync(join(PROJECT, 'docs', 'receivers.md'), 'utf8');
  const [table] = page.split('\n## The helper\n') as [string];
  const rows = [...table.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| (.+) \|$/gm)].slice(2);
  t.same(
    rows.map(([, receiver]) => receiver),
    Object.keys(SCENARIOS),
    'the rows of the document are those of this test',
  );
  const ca = authority(t.testdir());
  for (const [, receiver, ofGitee, ofRobot, said] of rows) {
    t.test(receiver!, async t => {
      const answer = await SCENARIOS[receiver!]!(t, ca);
      const now = Date.UTC(2026, 10, 23);
      t.equal(OUTCOMES[gitee.judge(answer, now, '').kind], ofGitee, 'gitee');
      const url = 'https://oapi.dingtalk.com/robot/send?access_token=x';
      t.equal(OUTCOMES[dingtalk.judge(answer, now, url).kind], ofRobot, 'a robot');
      const error = answer.error === null ? '–' : `\`${asDocumented(answer.error.message)}\``;
      t.equal(error, said);
    });
  }
});
