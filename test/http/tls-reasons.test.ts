/** Refusals of TLS whose cause was not named, and certificates that an admin trusts without a root. */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { closedPort } from '../support/closed-port.ts';
import { needs } from '../support/needs.ts';
import { until } from '../support/until.ts';
import { authority } from './certificates.ts';
import { names, poster } from './post.ts';
import { tlsServer } from './tls-server.ts';

const HOST = 'ci.example.com';
const dns = names({ [HOST]: ['127.0.0.1'] });

/** A self-signed certificate. */
function selfSigned(directory: string, key: string[], more: string[]): { cert: string; key: string } {
  execFileSync(
    'openssl',
    ['req', '-x509', ...key, '-nodes', '-keyout', 'own.key', '-out', 'own.pem', '-days', '2', ...more],
    { cwd: directory, stdio: 'pipe' },
  );
  const read = (name: string) => readFileSync(join(directory, name), 'utf8');
  return { cert: read('own.pem'), key: read('own.key') };
}

t.test('an address that stands only in the common name', async t => {
  if (!needs(t, 'openssl')) return;
  const own = selfSigned(t.testdir({}), ['-newkey', 'rsa:2048'], ['-subj', '/CN=127.0.0.1']);
  const server = await tlsServer(t, own);
  const { error } = await poster(t)(`https://127.0.0.1:${server.port}/`, {
    limits: { tls: { ca: own.cert } },
  });
  t.strictSame(error, {
    code: 'tls',
    message:
      'the certificate names 127.0.0.1 only as its common name (CN), which does not count for an address: it needs subjectAltName=IP:127.0.0.1',
  });
});

t.test('a key of 1024 bits', async t => {
  if (!needs(t, 'openssl')) return;
  const more = ['-subj', '/CN=old', '-addext', `subjectAltName=DNS:${HOST}`];
  const own = selfSigned(t.testdir({}), ['-newkey', 'rsa:1024'], more);
  const server = await tlsServer(t, { ...own, ciphers: 'DEFAULT@SECLEVEL=0' });
  const { error } = await poster(t, dns)(`https://${HOST}:${server.port}/`, {
    limits: { tls: { ca: own.cert } },
  });
  t.strictSame(error, {
    code: 'tls',
    message: `the key of the certificate of ${HOST} is too short (RSA, 1024 bits): wanted at least 2048 bits, or an elliptic curve`,
  });
});

t.test('a client certificate that is wanted', async t => {
  if (!needs(t, 'openssl')) return;
  const directory = t.testdir({ own: {}, stranger: {} });
  const { ca, issue } = authority(join(directory, 'own'));
  const stranger = selfSigned(
    join(directory, 'stranger'),
    ['-newkey', 'rsa:2048'],
    ['-subj', '/CN=stranger'],
  );
  const leaf = issue(`DNS:${HOST}`);
  for (const [name, text] of Object.entries({ 'leaf.pem': leaf.cert, 'leaf.key': leaf.key }))
    writeFileSync(join(directory, name), text);
  writeFileSync(join(directory, 'ca.pem'), ca);
  for (const [version, none, foreign] of [
    ['-tls1_2', /may want a client certificate.*HANDSHAKE_FAILURE/, /does not accept the client certificate/],
    ['-tls1_3', /wants a client certificate, and none was given/, /does not accept the client certificate/],
  ] as const) {
    // Not Node's own server, which sends no alert and hangs up.
    const port = await opensslServer(t, directory, version);
    const url = `https://${HOST}:${port}/`;
    const refused = async (tls: object) => (await poster(t, dns)(url, { limits: { tls } })).error;
    t.match(await refused({ ca }), { code: 'tls', message: none }, `${version}: none given`);
    t.match(
      await refused({ ca, ...stranger }),
      { code: 'tls', message: foreign },
      `${version}: a stranger's`,
    );
  }
});

/** A server that wants a client certificate of the test's authority. Gives its port. */
async function opensslServer(t: Test, directory: string, version: string): Promise<number> {
  const port = await closedPort();
  const files = ['-cert', 'leaf.pem', '-key', 'leaf.key', '-CAfile', 'ca.pem'];
  const args = ['s_server', '-accept', `127.0.0.1:${port}`, ...files, '-Verify', '2', '-verify_return_error'];
  const server = spawn('openssl', [...args, version, '-www'], { cwd: directory, stdio: 'ignore' });
  t.teardown(() => server.kill());
  await until('openssl to listen', () => accepts(port));
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

t.test('--ca with the server’s own certificate, or with an intermediate one', async t => {
  if (!needs(t, 'openssl')) return;
  const { issue } = authority(t.testdir({}));
  const leaf = issue(`DNS:${HOST}`);
  const server = await tlsServer(t, leaf);
  const post = poster(t, dns);
  const url = `https://${HOST}:${server.port}/`;
  t.match(await post(url, { limits: { tls: { ca: leaf.cert } } }), { status: 200 }, 'its own');
  t.match(
    await post(url, { limits: { tls: { ca: issue(`DNS:${HOST}`).cert } } }),
    { status: null, error: { code: 'tls' } },
    'another one of the same authority is none',
  );
  const chained = chain(t.testdir({}));
  const deep = await tlsServer(t, { cert: chained.leaf + chained.intermediate, key: chained.key });
  t.match(
    await post(`https://${HOST}:${deep.port}/`, { limits: { tls: { ca: chained.intermediate } } }),
    { status: 200 },
    'an intermediate one',
  );
});

/** A root that nobody has, an intermediate authority of it, and a server's certificate of that. */
function chain(cwd: string): { intermediate: string; leaf: string; key: string } {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'root.key',
    '-out',
    'root.pem',
    '-days',
    '2',
    '-subj',
    '/CN=Root',
  );
  writeFileSync(join(cwd, 'ca.ext'), 'basicConstraints=critical,CA:true\n');
  writeFileSync(join(cwd, 'leaf.ext'), `subjectAltName=DNS:${HOST}\n`);
  for (const [name, issuer, ext] of [
    ['middle', 'root', 'ca.ext'],
    ['leaf', 'middle', 'leaf.ext'],
  ] as const) {
    openssl('req', '-new', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`],
      ...['-CAcreateserial', '-days', '2', '-extfile', ext, '-out', `${name}.pem`],
    );
  }
  const read = (name: string) => readFileSync(join(cwd, name), 'utf8');
  return { intermediate: read('middle.pem'), leaf: read('leaf.pem'), key: read('leaf.key') };
}
