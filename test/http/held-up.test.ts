/**
 * This process is held up (stopped, or by a slow disk) beyond a request's time limit: what the receiver has answered
 * meanwhile counts. The receiver is a thread of its own, for it must go on.
 */
import { setImmediate as nextCheck, setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import t, { type Test } from 'tap';
import { authority } from './certificates.ts';
import { poster } from './post.ts';

const LIMIT_MS = 300;
/** Places in the memory that both threads see. */
const [ASKED, GO, ANSWERED] = [0, 1, 2];

const RECEIVER = `
  const { workerData: { shared, parts, tls }, parentPort } = require('node:worker_threads');
  const { once } = require('node:events');
  const words = new Int32Array(shared);
  const set = place => { Atomics.store(words, place, 1); Atomics.notify(words, place); };
  const server = (tls ? require('node:tls') : require('node:net')).createServer(tls ?? {}, socket => {
    socket.on('error', () => {});
    socket.once('data', async () => {
      set(${ASKED});
      Atomics.wait(words, ${GO}, 0);
      for (const part of parts) if (!socket.write(Buffer.from(part))) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
      await new Promise(done => socket.write('', done));
      set(${ANSWERED});
    });
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

type Part = string | Uint8Array;

/** Sends a request to a receiver that answers with these bytes while nothing runs here, until the time is over. */
async function heldUp(t: Test, parts: Part[], certificate?: ReturnType<typeof certificateOf>) {
  const shared = new SharedArrayBuffer(12);
  const words = new Int32Array(shared);
  const tls = certificate && { cert: certificate.cert, key: certificate.key };
  const thread = new Worker(RECEIVER, { eval: true, workerData: { shared, parts, tls } });
  t.teardown(() => thread.terminate());
  const port = await new Promise<number>(resolve => thread.once('message', resolve));
  const limits = { totalMs: LIMIT_MS, ...(certificate && { tls: { ca: certificate.ca } }) };
  const answer = poster(t)(`${certificate ? 'https' : 'http'}://127.0.0.1:${port}/`, { limits });
  while (Atomics.load(words, ASKED) === 0) await sleep(1);
  // After sockets were read, and before timers: the worst moment in a turn of the event loop.
  await nextCheck();
  Atomics.store(words, GO, 1);
  Atomics.notify(words, GO);
  Atomics.wait(words, ANSWERED, 0, 20_000);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LIMIT_MS + 200);
  return answer;
}

function certificateOf(t: Test) {
  const { ca, issue } = authority(t.testdir({}));
  return { ca, ...issue('IP:127.0.0.1') };
}

const head = (length: number) => `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`;
const LONG = 'x'.repeat(60_000);

t.test('an answer that came while this process was held up is no time-out', async t => {
  const delivered = { status: 200, error: null };
  t.match(await heldUp(t, [`${head(2)}ok`]), { ...delivered, body: 'ok' });
  t.match(await heldUp(t, [head(LONG.length), LONG]), { ...delivered, body: LONG }, 'a long one');
  const bytes = [
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
    '1\r\nx\r\n'.repeat(9_000),
    '0\r\n\r\n',
  ];
  t.match(await heldUp(t, bytes), { ...delivered, body: 'x'.repeat(9_000) }, 'in many pieces');
  const flood = await heldUp(t, [head(300_000), 'x'.repeat(300_000)]);
  t.match(flood, { ...delivered, truncated: true }, 'one that is longer than anybody reads');
});

t.test('nor is one that came encrypted', async t => {
  const certificate = certificateOf(t);
  t.match(await heldUp(t, [`${head(2)}ok`], certificate), { status: 200, error: null, body: 'ok' });
  t.match(await heldUp(t, [head(LONG.length), LONG], certificate), { status: 200, error: null, body: LONG });
});

t.test('what is not there after that, or not whole, is too late', async t => {
  t.match(await heldUp(t, []), {
    status: null,
    error: { code: 'timeout', message: /did not answer within/ },
  });
  t.match(await heldUp(t, [`${head(10)}half`]), {
    status: 200,
    body: 'half',
    error: { code: 'timeout', message: /did not complete its answer \(200\) within/ },
  });
});
