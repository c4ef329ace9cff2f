/** Why a certificate was refused, in words for the admin. Codes: OpenSSL's X509_V_ERR_*, as Node spells them. */
import { isIP } from 'node:net';
import type { PeerCertificate } from 'node:tls';
import { HttpFailure } from './http-failure.ts';

export function explainCertificate(host: string, code: string, certificate: PeerCertificate): HttpFailure {
  return new HttpFailure('tls', reason(host, code, certificate));
}

function reason(host: string, code: string, certificate: PeerCertificate): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      // The chain's other certificates expire too; then the host's own is still good.
      return Date.parse(certificate.valid_to) < Date.now()
        ? `the certificate of ${host} expired on ${day(certificate.valid_to)}`
        : `a certificate in the chain of ${host} has expired`;
    case 'CERT_NOT_YET_VALID':
      return `the certificate of ${host} is not valid before ${day(certificate.valid_from) ?? 'a later day'}`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      if (isIP(host) !== 0 && certificate.subjectaltname === undefined && commonName(certificate) === host)
        return `the certificate names ${host} only as its common name (CN), which does not count for an address: it needs subjectAltName=IP:${host}`;
      return `the certificate is not for ${host}, but for ${names(certificate)}`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return `the certificate of ${host} is self-signed, and no CA file was given for it`;
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `the certificate of ${host} comes from an authority that is not trusted here, or its chain is incomplete (${code})`;
    case 'UNSPECIFIED':
      // Node has no name for OpenSSL's X509_V_ERR_EE_KEY_TOO_SMALL, CA_KEY_TOO_SMALL and CA_MD_TOO_WEAK.
      return isShort(certificate)
        ? `the key of the certificate of ${host} is too short (RSA, ${certificate.bits} bits): wanted at least 2048 bits, or an elliptic curve`
        : `a certificate in the chain of ${host} has too short a key, or is signed with too weak a digest: wanted RSA with 2048 bits or an elliptic curve, and SHA-256`;
    default:
      return `the certificate of ${host} is not accepted (${code})`;
  }
}

function commonName(certificate: PeerCertificate): string | undefined {
  return [certificate.subject?.CN].flat()[0];
}

/** A curve's key is shorter, and as good. */
function isShort({ bits, asn1Curve }: PeerCertificate): boolean {
  return asn1Curve === undefined && bits !== undefined && bits < 2048;
}

/** `Jan  2 03:04:05 2026 GMT` to `2026-01-02`. */
function day(date: string | undefined): string | null {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? null : new Date(time).toISOString().slice(0, 10);
}

/** At most 200 characters: a certificate may hold hundreds of names. */
function names(certificate: PeerCertificate): string {
  const list = certificate.subjectaltname?.replaceAll('DNS:', '').replaceAll('IP Address:', '');
  const text = list || commonName(certificate) || 'no name at all';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
