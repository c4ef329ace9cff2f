/**
 * One bad receiver never slows another: a push to 50 webhooks that answer and 50 that hang, in five ways. No time is
 * measured: all good ones have been told, and their answers stand in the log, while every bad one still hangs.
 */
import type { Socket } from 'node:net';
import t, { type Test } from 'tap';
import { acceptor, listen } from '../http/raw-server.ts';
import { NOW, sampleWebhook } from '../store/samples.ts';
import { openTestStore } from '../store/stage.ts';
import { neverAccepts } from '../support/never-accepts.ts';
import { type DeliveryLine, tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

const EACH = 10;
const GOOD = 50;

/** Keeps a connection busy without ever coming to an end. */
function drip(socket: Socket, start: string): void {
  socket.write(start);
  const timer = setInterval(() => socket.write('x'), 100);
  socket.on('close', () => clearInterval(timer));
}

async function hanging(t: Test): Promise<{ urls: string[]; end: () => void }> {
  const sockets: Socket[] = [];
  const server = async (accepted: (socket: Socket) => void) => {
    const { server } = acceptor(t, socket => {
      sockets.push(socket);
      socket.resume();
      accepted(socket);
    });
    return listen(server);
  };
  const [full, silent, noTls, slowHead, slowBody] = await Promise.all([
    neverAccepts(t),
    server(() => {}),
    server(() => {}),
    server(socket => drip(socket, 'HTTP/1.1 200 OK\r\nX: ')),
    server(socket => drip(socket, 'HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n')),
  ]);
  const ways = [
    `http://127.0.0.1:${full}`,
    `http://127.0.0.1:${silent}`,
    `https://127.0.0.1:${noTls}`,
    `http://127.0.0.1:${slowHead}`,
    `http://127.0.0.1:${slowBody}`,
  ];
  const urls = Array.from({ length: EACH }, (_, i) => ways.map(way => `${way}/${i}`)).flat();
  return { urls, end: () => sockets.forEach(socket => void socket.destroy()) };
}

/** A body of some hundred kilobytes is a push of a hundred commits: what many of them take in memory is limited. */
const MESSAGES = {
  'a small body': 'Ring the bell\n',
  'a body of 300 KB': `Ring\n\n${'bell '.repeat(30_000)}\n`,
};

for (const [size, message] of Object.entries(MESSAGES))
  t.test(`50 good and 50 hanging webhooks on one push: ${size}`, async t => {
    const { belfry, receiver, repository } = await tower(t);
    const bad = await hanging(t);
    // Far longer than the test: what hangs must still hang at the end.
    await belfry.json(['config', 'set', 'delivery.connect_timeout', '300']);
    const { store } = openTestStore(t, belfry.home);
    const badIds = new Set<number>();
    // The bad ones first: whoever is served in order of age is served behind them.
    for (const url of bad.urls) {
      const { id } = await store.webhooks.add(sampleWebhook({ url, timeout_ms: 600_000 }), url, NOW);
      badIds.add(id);
    }
    const good = Array.from({ length: GOOD }, (_, i) => `/good/${i}`);
    for (const path of good) {
      const url = receiver.url + path;
      await store.webhooks.add(sampleWebhook({ url }), url, NOW);
    }

    await repository.commit({ message });
    const pushed = await repository.push(['main']);
    t.equal(pushed.status, 0, pushed.stderr);
    await receiver.received(GOOD, { limitMs: 60_000 });
    t.same(receiver.requests.map(({ url }) => url).sort(), good.sort());
    const lines = await until(
      'the answers of the good ones in the log, and nothing that was not sent',
      async () => {
        const all = await belfry.json<DeliveryLine[]>(['deliveries', '--limit', '1000']);
        const good = all.filter(({ state }) => state === 'delivered').length;
        return good >= GOOD && all.every(({ state }) => state !== 'pending') ? all : null;
      },
      { limitMs: 60_000 },
    );
    t.equal(lines.length, GOOD + badIds.size);
    for (const line of lines) {
      const isBad = badIds.has(line.webhook_id);
      t.equal(line.state, isBad ? 'sending' : 'delivered', `webhook ${line.webhook_id}`);
    }
    t.equal(
      lines.filter(({ state }) => state === 'sending').length,
      bad.urls.length,
      'all of them still hang',
    );

    // A second push: what hangs now takes nothing from it either.
    await repository.commit({ message });
    await repository.push(['main']);
    await receiver.received(2 * GOOD, { limitMs: 60_000 });
    for (const path of good) t.equal(receiver.at(path).length, 2, path);
    await belfry.stopWorker('SIGKILL');
    bad.end();
  });
