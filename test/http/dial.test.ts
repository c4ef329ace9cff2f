/** Which addresses are called, and what the limit for connecting covers. */
import t from 'tap';
import { openTcp } from '../../src/http/open-tcp.ts';
import { neverAccepts } from '../support/never-accepts.ts';
import { until } from '../support/until.ts';
import { names, poster } from './post.ts';
import { acceptor, listen, rawServer, reply } from './raw-server.ts';

t.test('addresses that are refused by default, in every spelling', async t => {
  const post = poster(t);
  for (const host of [
    '169.254.169.254',
    '2852039166', // decimal
    '0xa9fea9fe', // hexadecimal
    '0251.0376.0251.0376', // octal
    '169.254.43518', // fewer parts
    '169.254.169.254.', // the root's dot
    '１６９．254.169.254', // full width
    '[fe80::1]',
    '[::ffff:169.254.169.254]',
    '[::169.254.169.254]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b:1::a9fe:a9fe]',
    '[2002:a9fe:a9fe::1]',
    '[2001:0:a9fe:a9fe::1]',
    '[2001::5601:5601]', // Teredo's inverted client
    '[fd00:ec2::254]',
    '100.100.100.200',
    '192.0.0.192',
    '168.63.129.16',
  ]) {
    const answer = await post(`http://${host}/latest/meta-data?secret`);
    t.match(answer, { status: null, address: null, error: { code: 'forbidden_address' } }, host);
    t.notMatch(answer.error!.message, /secret|latest/);
  }
});

t.test('a name that leads to a refused address', async t => {
  const post = poster(t, names({ 'ci.example.com': ['169.254.169.254'] }));
  t.match(await post('https://ci.example.com/hook'), {
    status: null,
    error: {
      code: 'forbidden_address',
      message:
        'ci.example.com leads to 169.254.169.254, which may not be called: link-local address, refused by default; the setting net.allow can permit it',
    },
  });
});

t.test('of several addresses only the allowed ones are tried', async t => {
  const server = await rawServer(t, ({ socket }) => socket.write(reply()));
  const post = poster(
    t,
    names({ 'ci.example.com': ['169.254.169.254', 'fe80::1', '127.0.0.1', '100.100.100.200'] }),
  );
  t.match(await post(`http://ci.example.com:${server.port}/`), { status: 200, address: '127.0.0.1' });
});

t.test('the lists of the settings', async t => {
  const server = await rawServer(t, ({ socket }) => socket.write(reply()));
  const dns = names({ 'ci.example.com': ['127.0.0.1'], 'ci.internal.test': ['127.0.0.1'] });
  const status = async (lists: { 'net.allow'?: string[]; 'net.deny'?: string[] }, host: string) =>
    (await poster(t, { ...lists, ...dns })(`http://${host}:${server.port}/`)).status;
  t.equal(await status({ 'net.deny': ['127.0.0.0/8'] }, '127.0.0.1'), null);
  t.equal(await status({ 'net.deny': ['127.0.0.0/8'] }, 'ci.example.com'), null);
  t.equal(await status({ 'net.deny': ['127.0.0.0/8'], 'net.allow': ['127.0.0.1'] }, 'ci.example.com'), 200);
  t.equal(await status({ 'net.deny': ['*.internal.test'] }, 'ci.internal.test'), null);
  t.equal(await status({ 'net.deny': ['*.internal.test'] }, 'ci.example.com'), 200);
  t.equal(await status({ 'net.deny': ['*'], 'net.allow': ['ci.example.com'] }, 'ci.example.com'), 200);
  t.equal(await status({ 'net.deny': ['*'], 'net.allow': ['ci.example.com'] }, 'ci.internal.test'), null);
  t.throws(() => poster(t, { 'net.deny': ['10.0.0.0/33'] }), { code: 'invalid' });
});

t.test('DNS that changes: every new connection is checked with the address that it uses', async t => {
  const server = await rawServer(t, ({ socket }) => socket.end(reply('ok', 'connection: close\r\n')));
  const table = { 'ci.example.com': ['127.0.0.1'] };
  const dns = names(table);
  const post = poster(t, dns);
  const url = `http://ci.example.com:${server.port}/`;
  t.match(await post(url), { status: 200 });
  table['ci.example.com'] = ['169.254.169.254'];
  t.match(await post(url), { status: null, error: { code: 'forbidden_address' } });
  t.same(
    dns.asked,
    ['ci.example.com', 'ci.example.com'],
    'asked once for each connection: no second answer to fall for',
  );
  table['ci.example.com'] = ['127.0.0.1'];
  t.match(await post(url), { status: 200 });
});

t.test('the peer of the connected socket is checked again, before a byte is sent', async t => {
  let received = 0;
  const { server } = acceptor(t, socket => socket.on('data', chunk => (received += chunk.length)));
  const port = await listen(server);
  const verdicts = [null, 'changed its mind'];
  const policy = {
    refuseAddress: () => verdicts.shift() ?? null,
    refuseHost: () => null,
    refuseTarget: () => null,
  };
  const dns = names({ 'ci.example.com': ['127.0.0.1'] });
  const { socket, connected } = openTcp(
    { secure: false, host: 'ci.example.com', port },
    { policy, ...dns },
    () => {},
  );
  t.teardown(() => socket.destroy());
  await t.rejects(connected, { code: 'forbidden_address', message: /changed its mind/ });
  t.equal(received, 0);
});

t.test('a name without any address', async t => {
  const post = poster(t, names({ 'ci.example.com': [] }));
  t.match(await post('http://ci.example.com/'), { status: null, error: { code: 'dns' } });
});

t.test('a resolver that never answers', async t => {
  const post = poster(t, { lookup: () => {} });
  t.match(await post('http://ci.example.com/', { limits: { connectMs: 50 } }), {
    status: null,
    error: { code: 'connect_timeout', message: 'no address of ci.example.com within 0.1 s' },
  });
});

t.test('a receiver that never accepts', async t => {
  const port = await neverAccepts(t);
  const answer = await poster(t)(`http://127.0.0.1:${port}/`, { limits: { connectMs: 50 } });
  t.match(answer, {
    status: null,
    address: null,
    error: { code: 'connect_timeout', message: `no connection to 127.0.0.1:${port} within 0.1 s` },
  });
});

t.test('a receiver that accepts and never shakes hands in TLS', async t => {
  const { server } = acceptor(t, () => {});
  const port = await listen(server);
  t.match(await poster(t)(`https://127.0.0.1:${port}/`, { limits: { connectMs: 100 } }), {
    status: null,
    address: '127.0.0.1',
    error: { code: 'connect_timeout', message: 'no TLS connection to 127.0.0.1 within 0.1 s' },
  });
});

t.test('the total limit ends connecting too', async t => {
  const { server, sockets } = acceptor(t, socket => socket.resume());
  const port = await listen(server);
  t.match(await poster(t)(`https://127.0.0.1:${port}/`, { limits: { totalMs: 100 } }), {
    status: null,
    error: { code: 'timeout' },
  });
  await until('the connection to be given up', () => sockets[0]!.closed);
});
