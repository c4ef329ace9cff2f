/** Foreign errors (Node's sockets and TLS, undici) to our own, once and by code; the message names the host only. */

import { HttpFailure } from './http-failure.ts';
import type { Hop } from './route.ts';

/** undici refused to write the request. */
const INVALID = ['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH'];

/** While connecting. */
export function explainConnectError(error: unknown, hop: Hop): HttpFailure {
  if (error instanceof HttpFailure) return error;
  const code = codeOf(error);
  const place = `${hop.host}:${hop.port}`;
  switch (code) {
    case 'ECONNREFUSED':
      return new HttpFailure('refused', `${place} refuses connections`);
    case 'ECONNRESET':
    case 'EPIPE':
      return new HttpFailure('reset', `${place} reset the connection before anything was sent`);
    case 'ETIMEDOUT':
      return new HttpFailure('connect_timeout', `${place} does not answer`);
    case 'ENOTFOUND':
    case 'ENODATA':
      return new HttpFailure('dns', `the name ${hop.host} does not resolve`);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new HttpFailure('network', `there is no route to ${place} (${code})`);
    case 'EMFILE':
    case 'ENFILE':
      return new HttpFailure('network', `no free file descriptor for a connection to ${place} (${code})`);
  }
  if (code.startsWith('EAI_'))
    return new HttpFailure('dns', `the name ${hop.host} could not be looked up (${code})`);
  if (isTls(code))
    return new HttpFailure(
      'tls',
      clientCertificate(place, code) ?? `no TLS connection to ${place} (${code})`,
    );
  return new HttpFailure('network', `no connection to ${place} (${code})`);
}

/**
 * While a request is under way.
 * @param came whether a status line came, and whether it was parsed with all the headers behind it
 */
export function explainRequestError(
  error: unknown,
  host: string,
  came: { line: boolean; status: boolean } = { line: false, status: false },
): HttpFailure {
  if (error instanceof HttpFailure) return error;
  const code = codeOf(error);
  const length = code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
  const what = came.line ? `the rest of what ${host} answered` : `what ${host} answered`;
  if (length && !came.status) return new HttpFailure('protocol', `${host} sent an invalid Content-Length`);
  // undici has one code for a connection that was closed and for one that it closes itself.
  if (code === 'UND_ERR_SOCKET' && (error as Error).message === 'bad upgrade')
    return new HttpFailure('protocol', `${host} switched to another protocol`);
  if (isClosed(code) || length)
    return new HttpFailure('reset', `${host} closed the connection before its answer was complete`);
  if (code === 'ERR_ASSERTION')
    return new HttpFailure('protocol', `${what} is not HTTP/1.1 (invalid status)`);
  // undici 8 means to give it a code HPE_… and gives none. The reason is llhttp's own text, nothing of the answer.
  if ((error as Error).name === 'HTTPParserError') {
    const reason = /\((.+)\)$/.exec((error as Error).message)?.[1] ?? 'broken';
    return new HttpFailure('protocol', `${what} is not HTTP/1.1 (${reason})`);
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new HttpFailure('protocol', `${host} answered with more than 16 KiB of headers`);
  }
  if (INVALID.includes(code)) {
    // undici's text names the header and never its value.
    return new HttpFailure(
      'invalid_request',
      `the request is not valid HTTP and was not sent: ${(error as Error).message}`,
    );
  }
  // With TLS 1.3 a client's certificate is looked at after the handshake, when the request is on its way.
  if (isTls(code))
    return new HttpFailure(
      'tls',
      clientCertificate(host, code) ?? `${host} ended the TLS connection (${code})`,
    );
  if (code === 'ETIMEDOUT') return new HttpFailure('timeout', `the connection to ${host} timed out`);
  return new HttpFailure('network', `the request to ${host} failed (${code})`);
}

/** The other side ended the connection: what a kept-alive connection meets when the server had closed it meanwhile. */
export function isClosed(code: string): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED' || code === 'UND_ERR_SOCKET';
}

/** When several addresses were tried in vain, Node gives the code of the first. */
export function codeOf(error: unknown): string {
  const own = (error as { code?: unknown } | null)?.code;
  if (typeof own === 'string') return own;
  return error instanceof Error ? error.name : 'unknown';
}

/** What a server's alerts (RFC 8446 §6.2) mean for a certificate of ours; null for the others. */
function clientCertificate(place: string, code: string): string | null {
  const alert = /ALERT_(.+)$/.exec(code)?.[1];
  switch (alert) {
    case 'CERTIFICATE_REQUIRED':
      return `${place} wants a client certificate, and none was given: see --client-cert and --client-key (${code})`;
    case 'HANDSHAKE_FAILURE':
      return `${place} ended the handshake without a reason: it may want a client certificate (--client-cert, --client-key), or another version of TLS (${code})`;
    case 'BAD_CERTIFICATE':
    case 'UNSUPPORTED_CERTIFICATE':
    case 'CERTIFICATE_EXPIRED':
    case 'CERTIFICATE_REVOKED':
    case 'CERTIFICATE_UNKNOWN':
    case 'UNKNOWN_CA':
      return `${place} does not accept the client certificate, or wants one: see --client-cert and --client-key (${code})`;
    default:
      return null;
  }
}

function isTls(code: string): boolean {
  return code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO';
}
