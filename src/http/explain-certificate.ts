/** Why a certificate was refused, in words for the admin. Codes: OpenSSL's X509_V_ERR_*, as Node spells them. */
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
      return `the certificate is not for ${host}, but for ${names(certificate)}`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return `the certificate of ${host} is self-signed, and no CA file was given for it`;
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `the certificate of ${host} comes from an authority that is not trusted here, or its chain is incomplete (${code})`;
    default:
      return `the certificate of ${host} is not accepted (${code})`;
  }
}

/** `Jan  2 03:04:05 2026 GMT` to `2026-01-02`. */
function day(date: string | undefined): string | null {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? null : new Date(time).toISOString().slice(0, 10);
}

/** At most 200 characters: a certificate may hold hundreds of names. */
function names(certificate: PeerCertificate): string {
  const list = certificate.subjectaltname?.replaceAll('DNS:', '').replaceAll('IP Address:', '');
  const text = list || [certificate.subject?.CN].flat()[0] || 'no name at all';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
