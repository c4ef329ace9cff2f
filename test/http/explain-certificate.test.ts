/** What `open-tls.test.ts` does not reach with certificates that openssl made in a moment. */
import type { PeerCertificate } from 'node:tls';
import t from 'tap';
import { explainCertificate } from '../../src/http/explain-certificate.ts';

const explain = (code: string, certificate: Partial<PeerCertificate> = {}) =>
  explainCertificate('h', code, certificate as PeerCertificate).message;

t.test('the words', async t => {
  t.equal(
    explain('CERT_HAS_EXPIRED', { valid_to: 'Jan  2 03:04:05 2099 GMT' }),
    'a certificate in the chain of h has expired',
  );
  t.equal(explain('CERT_HAS_EXPIRED'), 'a certificate in the chain of h has expired');
  t.equal(explain('CERT_REVOKED'), 'the certificate of h is not accepted (CERT_REVOKED)');
  t.match(explain('ERR_TLS_CERT_ALTNAME_INVALID'), /but for no name at all$/);
  t.match(
    explain('ERR_TLS_CERT_ALTNAME_INVALID', { subject: { CN: 'old.example.com' } as never }),
    /for old\.example\.com$/,
  );
  const many = explain('ERR_TLS_CERT_ALTNAME_INVALID', {
    subjectaltname: 'DNS:a.example.com, '.repeat(1_000),
  });
  t.ok(many.length < 300, 'a thousand names are cut');
});
