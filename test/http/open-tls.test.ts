/** Certificates that are accepted and that are not, with the reason in words. */
import t from 'tap';
import { matches } from '../support/matches.ts';
import { needs } from '../support/needs.ts';
import { until } from '../support/until.ts';
import { authority } from './certificates.ts';
import { names, poster } from './post.ts';
import { rawServer, reply } from './raw-server.ts';
import { tlsServer } from './tls-server.ts';

const HOST = 'ci.example.com';
const dns = names({ [HOST]: ['127.0.0.1'], 'other.example.com': ['127.0.0.1'] });

t.test('certificates', async t => {
  if (!needs(t, 'openssl')) return;
  const { ca, issue } = authority(t.testdir());
  const good = issue(`DNS:${HOST},IP:127.0.0.1`);

  t.test('one of an own authority: with its CA file', async t => {
    const server = await tlsServer(t, good);
    const post = poster(t, dns);
    const limits = { tls: { ca } };
    t.match(await post(`https://${HOST}:${server.port}/`, { limits }), {
      status: 200,
      body: 'ok',
      address: '127.0.0.1',
    });
    t.match(await post(`https://${HOST}:${server.port}/`, { limits: { tls: { ca } } }), { status: 200 });
    t.equal(server.connections(), 1, 'equal settings share a connection');
    t.same(server.seen[0], { clientName: undefined, serverName: HOST, resumed: false });
    t.match(await post(`https://127.0.0.1:${server.port}/`, { limits }), { status: 200 });
    t.equal(server.seen[2]!.serverName, false, 'an address is no server name');
  });

  t.test('the same without the CA file', async t => {
    const server = await tlsServer(t, good);
    t.match(await poster(t, dns)(`https://${HOST}:${server.port}/secret`), {
      status: null,
      address: '127.0.0.1',
      error: {
        code: 'tls',
        message: /^the certificate of ci\.example\.com comes from an authority that is not trusted here/,
      },
    });
    t.equal(server.seen.length, 0, 'no request was sent');
  });

  t.test('the same with --insecure, and nobody else profits from that', async t => {
    const server = await tlsServer(t, good);
    const post = poster(t, dns);
    const url = `https://${HOST}:${server.port}/`;
    t.match(await post(url, { limits: { tls: { insecure: true } } }), { status: 200 });
    t.match(await post(url), { status: null, error: { code: 'tls' } });
    t.match(await post(url, { limits: { tls: { insecure: false } } }), {
      status: null,
      error: { code: 'tls' },
    });
  });

  t.test('for another name', async t => {
    const server = await tlsServer(t, good);
    t.match(await poster(t, dns)(`https://other.example.com:${server.port}/`, { limits: { tls: { ca } } }), {
      status: null,
      error: {
        code: 'tls',
        message: 'the certificate is not for other.example.com, but for ci.example.com, 127.0.0.1',
      },
    });
    t.equal(server.seen.length, 0);
  });

  t.test('expired', async t => {
    const server = await tlsServer(t, issue(`DNS:${HOST}`, { to: '20260102' }));
    t.match(await poster(t, dns)(`https://${HOST}:${server.port}/`, { limits: { tls: { ca } } }), {
      status: null,
      error: { code: 'tls', message: `the certificate of ${HOST} expired on 2026-01-02` },
    });
    t.equal(server.seen.length, 0);
  });

  t.test('not yet valid', async t => {
    const server = await tlsServer(t, issue(`DNS:${HOST}`, { from: '20980102' }));
    t.match(await poster(t, dns)(`https://${HOST}:${server.port}/`, { limits: { tls: { ca } } }), {
      status: null,
      error: { code: 'tls', message: `the certificate of ${HOST} is not valid before 2098-01-02` },
    });
  });

  t.test('self-signed', async t => {
    const own = authority(t.testdir());
    const self = await tlsServer(t, { cert: own.ca, key: own.caKey });
    t.match(await poster(t, dns)(`https://${HOST}:${self.port}/`), {
      status: null,
      error: {
        code: 'tls',
        message: `the certificate of ${HOST} is self-signed, and no CA file was given for it`,
      },
    });
  });

  t.test('a client certificate', async t => {
    const client = issue('DNS:client');
    const server = await tlsServer(t, { ...good, ca, requestCert: true, rejectUnauthorized: true });
    const post = poster(t, dns);
    const url = `https://${HOST}:${server.port}/`;
    // How a server refuses is its own business: with an alert, or by hanging up.
    const refused = await post(url, { limits: { tls: { ca } } });
    t.match(refused, { status: null, error: { code: /^(reset|tls)$/ } });
    t.match(await post(url, { limits: { tls: { ca, ...client } } }), { status: 200 });
    matches(t, server.seen, [{ clientName: /^leaf\d+$/ }]);
  });

  t.test('PEM texts that cannot be read', async t => {
    const post = poster(t, dns);
    for (const tls of [
      { cert: 'rubbish', key: 'rubbish' },
      { cert: good.cert, key: issue('DNS:x').key },
    ]) {
      t.match(await post(`https://${HOST}:9/`, { limits: { tls } }), {
        status: null,
        error: {
          code: 'tls',
          message: /^the CA file or client certificate for ci\.example\.com cannot be used/,
        },
      });
    }
  });

  t.test('the next connection has a short handshake', async t => {
    const server = await tlsServer(t, { ...good, maxVersion: 'TLSv1.2' });
    const post = poster(t, dns);
    const limits = { tls: { ca } };
    const headers: [string, string][] = [['Connection', 'close']];
    const url = `https://${HOST}:${server.port}/`;
    for (let i = 0; i < 2; i++) t.match(await post(url, { limits, headers }), { status: 200 });
    matches(t, server.seen, [{ resumed: false }, { resumed: true }]);
  });
});

t.test('https:// to a server that speaks http://', async t => {
  const server = await rawServer(t, () => {});
  const greeting = await rawServer(t, () => {});
  const post = poster(t, dns);
  const answered = post(`https://${HOST}:${server.port}/`);
  await until('the client hello', () => server.sockets[0]?.bytesRead);
  server.sockets[0]!.end(reply('', '', '400 Bad Request'));
  t.match(await answered, {
    status: null,
    error: { code: 'tls', message: /^no TLS connection to ci\.example\.com/ },
  });
  const closing = post(`https://${HOST}:${greeting.port}/`);
  await until('the client hello', () => greeting.sockets[0]?.bytesRead);
  greeting.sockets[0]!.destroy();
  t.match(await closing, { status: null, error: { code: /^(reset|tls)$/ } });
});
