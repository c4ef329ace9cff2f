/** PEM files that an admin gives: whether they can be used, and what is shown of them. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

const BLOCK =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** Why a file of authorities cannot be used; null when it can. */
export function checkAuthorities(pem: string): string | null {
  const found = certificatesIn(pem);
  return typeof found === 'string' ? found : null;
}

/** Why a client certificate cannot be used, or not with its key; null when it can, and when it is the key that cannot. */
export function checkClientCertificate(cert: string, key: string): string | null {
  const found = certificatesIn(cert);
  if (typeof found === 'string') return found;
  const secret = privateKey(key);
  if (typeof secret === 'string') return null;
  if (found[0]!.checkPrivateKey(secret)) return null;
  return `the key does not fit the certificate (${subject(found[0]!)})`;
}

/** Why a private key cannot be used; null when it can. */
export function checkPrivateKey(pem: string): string | null {
  const found = privateKey(pem);
  return typeof found === 'string' ? found : null;
}

/** Who the first certificate of a file is, e.g. `Example CA`. */
export function certificateName(pem: string): string {
  const found = certificatesIn(pem);
  return typeof found === 'string' ? '?' : subject(found[0]!);
}

function certificatesIn(pem: string): X509Certificate[] | string {
  const blocks = pem.match(BLOCK) ?? [];
  if (blocks.length === 0) return 'contains no PEM certificate (-----BEGIN CERTIFICATE-----)';
  try {
    return blocks.map(block => new X509Certificate(block));
  } catch {
    return 'contains a certificate that cannot be read';
  }
}

function privateKey(pem: string): KeyObject | string {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem))
    return 'contains no PEM private key (-----BEGIN PRIVATE KEY-----)';
  try {
    return createPrivateKey(pem);
  } catch (error) {
    const locked = /ENCRYPTED/.test(pem) || (error as { code?: string }).code === 'ERR_MISSING_PASSPHRASE';
    return locked
      ? 'has a passphrase: give a key without one (openssl pkey -in KEY -out OPEN)'
      : 'the private key cannot be read';
  }
}

function subject(certificate: X509Certificate): string {
  const name = /^CN=(.+)$/m.exec(certificate.subject)?.[1];
  return name ?? (certificate.subject.replaceAll('\n', ', ') || certificate.serialNumber);
}
