import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import t from 'tap';
import { decodeBody } from '../../src/http/decode-body.ts';
import { poster } from './post.ts';
import { rawServer, reply } from './raw-server.ts';

const TEXT = '{"errmsg":"参数错误"}';

t.test('every encoding that a server may choose unasked', async t => {
  for (const [encoding, bytes] of [
    ['gzip', gzipSync(TEXT)],
    ['X-Gzip', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['deflate', deflateRawSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
    ['identity', Buffer.from(TEXT)],
    ['', Buffer.from(TEXT)],
  ] as const) {
    t.same(await decodeBody([bytes.subarray(0, 7), bytes.subarray(7)], encoding, false), {
      text: TEXT,
      truncated: false,
    });
  }
});

t.test('an answer that breaks off within a character ends before it, also when it was packed', async t => {
  const packed = gzipSync('好'.repeat(50_000), { level: 0 });
  for (let length = 1_000; length < 1_012; length++) {
    const { text } = await decodeBody([packed.subarray(0, length)], 'gzip', false, true);
    t.match(text, /^好+$/, `${length} bytes`);
  }
});

t.test('what cannot be unpacked stays as it came', async t => {
  for (const encoding of ['gzip', 'deflate', 'br', 'zstd', 'gzip, br']) {
    t.same(
      await decodeBody([Buffer.from(TEXT)], encoding, false),
      { text: TEXT, truncated: false },
      encoding,
    );
  }
  for (const encoding of ['gzip', 'deflate', 'br']) {
    t.same(
      await decodeBody([], encoding, false),
      { text: '', truncated: false },
      `nothing at all, called ${encoding}`,
    );
  }
});

t.test('a cut answer is unpacked up to the cut', async t => {
  const text = Array.from({ length: 10_000 }, (_, i) => `${i}\n`).join('');
  const half = gzipSync(text).subarray(0, 8_000);
  const { text: got, truncated } = await decodeBody([half], 'gzip', true);
  t.ok(truncated);
  t.ok(got.length > 1_000 && text.startsWith(got));
});

t.test('a bomb gives its first 64 KiB', async t => {
  for (const [encoding, bomb] of [
    ['gzip', gzipSync(Buffer.alloc(5_000_000, 'a'))],
    ['deflate', deflateSync(Buffer.alloc(5_000_000, 'a'))],
    ['br', brotliCompressSync(Buffer.alloc(5_000_000, 'a'))],
  ] as const) {
    t.ok(bomb.length < 65_536);
    const server = await rawServer(t, ({ socket }) =>
      socket.write(reply(bomb, `Content-Encoding: ${encoding}\r\n`)),
    );
    const answer = await poster(t)(`http://127.0.0.1:${server.port}/`);
    t.match(answer, { status: 200, truncated: true, error: null });
    t.ok(answer.body === 'a'.repeat(65_536), encoding);
  }
});

t.test('the cut does not split a character', async t => {
  const answer = await decodeBody([gzipSync(`x${'é'.repeat(40_000)}`)], 'gzip', false);
  t.same(answer, { text: `x${'é'.repeat(32_767)}`, truncated: true });
});

t.test('a byte order mark is no part of the text', async t => {
  t.same(await decodeBody([Buffer.from('\ufeff{}')], '', false), { text: '{}', truncated: false });
});
