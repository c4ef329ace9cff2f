/** PEM files of an admin: what can be used, and what is said about the rest. */
import { execFileSync } from 'node:child_process';
import t from 'tap';
import {
  certificateName,
  checkAuthorities,
  checkClientCertificate,
  checkPrivateKey,
} from '../../src/webhooks/certificates.ts';
import { authority } from '../http/certificates.ts';
import { needs } from '../support/needs.ts';

t.test('authorities and client certificates', async t => {
  if (!needs(t, 'openssl')) return;
  const ca = authority(t.testdir({}));
  const client = ca.issue('DNS:client.example.com');
  const other = ca.issue('DNS:other.example.com');

  t.equal(checkAuthorities(ca.ca), null);
  t.equal(checkAuthorities(`a comment\n${ca.ca}\n${client.cert}`), null, 'several, with words between them');
  t.equal(certificateName(ca.ca), 'Test CA');
  t.equal(certificateName('x'), '?');
  t.match(checkAuthorities(''), 'no PEM certificate');
  t.match(checkAuthorities(client.key), 'no PEM certificate');
  t.match(
    checkAuthorities('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
    'cannot be read',
  );

  t.equal(checkClientCertificate(client.cert, client.key), null);
  t.equal(checkClientCertificate(client.cert + ca.ca, client.key), null, 'with its chain');
  t.equal(checkClientCertificate(client.cert, other.key), 'the key does not fit the certificate (leaf0)');
  t.match(checkPrivateKey(client.cert), 'no PEM private key');
  t.equal(checkClientCertificate(client.cert, client.cert), null, 'the key is not its fault');
  t.equal(checkPrivateKey(client.key), null);
  t.match(checkClientCertificate(client.key, client.key), 'no PEM certificate');
  t.match(
    checkPrivateKey('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'),
    'cannot be read',
  );
  const locked = execFileSync('openssl', ['pkey', '-aes128', '-passout', 'pass:1234'], { input: client.key });
  t.match(checkPrivateKey(locked.toString()), 'passphrase');
});
