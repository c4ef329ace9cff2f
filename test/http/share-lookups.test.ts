/** A name whose servers are silent is asked once, however many requests wait for it. */
import t from 'tap';
import type { Lookup } from '../../src/http/open-tcp.ts';
import { until } from '../support/until.ts';
import { poster } from './post.ts';
import { rawServer, reply } from './raw-server.ts';

t.test('requests to the same name at the same time share a lookup; later ones look again', async t => {
  const server = await rawServer(t, ({ socket }) => socket.end(reply('ok', 'connection: close\r\n')));
  const asked: Parameters<Lookup>[] = [];
  const post = poster(t, { lookup: (...args) => void asked.push(args) });
  const answers = Array.from({ length: 20 }, () => post(`http://ci.example.com:${server.port}/`));
  const other = post(`http://other.example.com:${server.port}/`);
  await until('the lookups', () => asked.length >= 2);
  t.same(
    asked.map(([host]) => host),
    ['ci.example.com', 'other.example.com'],
  );
  for (const [, , found] of asked) found(null, [{ address: '127.0.0.1', family: 4 }]);
  for (const answer of await Promise.all([...answers, other])) t.equal(answer.status, 200);
  const again = post(`http://ci.example.com:${server.port}/`);
  await until('the next lookup', () => asked.length === 3);
  asked[2]![2](Object.assign(new Error('none'), { code: 'ENOTFOUND' }), []);
  t.match(await again, { error: { code: 'dns' } });
});

t.test('requests that are given up do not ask once more while the first question is open', async t => {
  const asked: string[] = [];
  const post = poster(t, { lookup: host => void asked.push(host) });
  for (let i = 0; i < 5; i++)
    t.match(await post('http://silent.example.com/', { limits: { connectMs: 10 } }), {
      error: { code: 'connect_timeout' },
    });
  t.equal(asked.length, 1, 'one thread for a name, not one for each try');
});
