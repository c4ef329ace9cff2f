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

t.test('no number of silent names holds up a name that was found before', async t => {
  const server = await rawServer(t, ({ socket }) => socket.end(reply('ok', 'connection: close\r\n')));
  const asked: string[] = [];
  const silent: (() => void)[] = [];
  const post = poster(t, {
    lookup(host, _options, found) {
      asked.push(host);
      const answer = () => found(null, [{ address: '127.0.0.1', family: 4 }]);
      if (host.startsWith('silent')) silent.push(answer);
      else answer();
    },
  });
  const url = (host: string) => `http://${host}:${server.port}/`;
  t.equal((await post(url('good.example.com'))).status, 200);
  const hanging = Array.from({ length: 100 }, (_, i) => post(url(`silent${i}.example.com`)));
  const late = post(url('new.example.com'));
  t.equal((await post(url('good.example.com'))).status, 200, 'while all the others wait');
  t.equal(asked.filter(host => host.startsWith('silent')).length, 60, 'a few threads are left to it');
  t.notOk(asked.includes('new.example.com'), 'which nobody knows yet');
  while (silent.length > 0) silent.shift()!();
  t.equal((await late).status, 200, 'everyone has a turn');
  for (const answer of await Promise.all(hanging)) t.equal(answer.status, 200);
  t.equal(asked.length, 103);
});
