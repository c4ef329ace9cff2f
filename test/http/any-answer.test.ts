/** Receivers that answer any bytes at all, and names of any sort on the way: an outcome is a value, a header is a line. */
import { createServer } from 'node:net';
import fc from 'fast-check';
import t from 'tap';
import { createSender } from '../../src/http/sender.ts';
import { gitee } from '../../src/kinds/gitee.ts';
import { forTerminal, printable } from '../../src/text/printable.ts';
import '../support/fixed-seed.ts';

const LIMITS = { connectMs: 10_000, totalMs: 10_000 };
const SETTINGS = { 'net.allow': [], 'net.deny': [] };

/** Answers each request with the given bytes and hangs up; keeps the head of the request. */
async function bluntServer(t: Tap) {
  let answer = Buffer.alloc(0);
  let asked = Buffer.alloc(0);
  const server = createServer(socket => {
    asked = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', chunk => {
      asked = Buffer.concat([asked, chunk]);
      const end = asked.indexOf('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(asked.toString('latin1'))?.[1];
      if (end !== -1 && asked.length >= end + 4 + Number(length)) socket.end(answer);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => new Promise(resolve => server.close(resolve)));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/`,
    answerWith: (bytes: Buffer) => {
      answer = Buffer.from(bytes);
    },
    head: () => asked.subarray(0, asked.indexOf('\r\n\r\n')).toString('latin1').split('\r\n'),
  };
}
type Tap = Pick<typeof t, 'teardown'>;

t.test('whatever comes back is recorded, and nothing unprintable is shown of it', async t => {
  const server = await bluntServer(t);
  const sender = createSender(SETTINGS);
  t.teardown(() => sender.close());
  const bytes = fc.uint8Array({ maxLength: 300 }).map(array => Buffer.from(array));
  const line = fc.constantFrom(
    'HTTP/1.1 200 OK',
    'HTTP/1.0 204',
    'HTTP/1.1 999 \u001b[2J',
    'HTTP/2 200',
    'HTTP/1.1 20x',
    'SSH-2.0-x',
    'HTTP/1.1 103 E',
    'HTTP/1.1 201 \u00ff',
  );
  const header = fc.constantFrom(
    'Content-Encoding: gzip',
    'Content-Encoding: br',
    'Content-Encoding: deflate',
    'Content-Encoding: \u001b',
    'Content-Length: 5',
    'Content-Length: -1',
    'Content-Length: 99999999999999',
    'Transfer-Encoding: chunked',
    'Retry-After: \u009b',
    'X: \u001b]0;t\u0007',
    'Content-Type: text/html; charset=utf-16',
    'Connection: upgrade',
    'X-\u0000: 1',
    ': x',
    ' folded',
    'X Y: 1',
    'X: 1\n',
    'Location: http://169.254.169.254/',
  );
  const near = fc
    .tuple(line, fc.array(header, { maxLength: 5 }), bytes)
    .map(([start, headers, body]) =>
      Buffer.concat([Buffer.from(`${[start, ...headers].join('\r\n')}\r\n\r\n`, 'latin1'), body]),
    );
  await t.resolves(
    fc.assert(
      fc.asyncProperty(fc.oneof(bytes, near, near), async answer => {
        server.answerWith(answer);
        const request = { method: 'POST' as const, url: server.url, headers: [], body: '{}' };
        const got = await sender.send(request, LIMITS);
        const verdict = gitee.judge(got, 0, server.url);
        const said = JSON.stringify([got, verdict]);
        // Once a status line with a 2xx came, it is delivered, whatever stands behind it.
        const came = /^HTTP\/1\.\d (2\d\d)(?: [^\r\n]*)?\r\n/.exec(answer.toString('latin1'))?.[1];
        if (came !== undefined && got.status !== Number(came)) return false;
        return (
          (got.status !== null || got.error !== null) &&
          ['ok', 'gone', 'transient', 'config'].includes(verdict.kind) &&
          (got.status !== null && got.status >= 200 && got.status < 300) === (verdict.kind === 'ok') &&
          !/[\u0000-\u001f\u007f-\u009f]/.test(printable(said)) &&
          !/[\u0000-\u0008\u001b\u007f-\u009f]/.test(forTerminal(got.body + (got.error?.message ?? '')))
        );
      }),
      { numRuns: 400 },
    ),
  );
});

t.test('a request has its headers and no more, whatever things are called', async t => {
  const server = await bluntServer(t);
  const sender = createSender(SETTINGS);
  t.teardown(() => sender.close());
  server.answerWith(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
  const any = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'a\r\nX-Evil: 1',
      'a\nX-Evil: 1',
      'a\rb',
      '\u0000',
      '\u010a\u010dX-Evil: 1',
      'x: y',
      '张三',
    ),
  );
  await t.resolves(
    fc.assert(
      fc.asyncProperty(any, any, any, async (name, secret, page) => {
        const sealed = gitee.seal(JSON.stringify({ ref: name }), {
          url: server.url,
          secret,
          auth: 'password',
          now: 1_700_000_000_000,
          deliveryId: 'abc',
          redeliveries: 0,
          event: 'push',
          webhook: { id: 1, url: page },
          test: false,
        });
        const got = await sender.send(sealed, LIMITS);
        // A password that no header can hold is not sent at all.
        if (got.status === null) return got.error?.code === 'invalid_request';
        const names = server
          .head()
          .slice(1)
          .map(line => line.split(':')[0]!.toLowerCase());
        const expected = ['host', 'content-length', ...sealed.headers.map(([key]) => key.toLowerCase())];
        return (
          names
            .filter(key => key !== 'connection')
            .sort()
            .join() === expected.sort().join()
        );
      }),
      { numRuns: 300 },
    ),
  );
});
