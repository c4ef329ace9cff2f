/**
 * Why no answer came, or why it stayed incomplete: what `HttpAnswer.error` carries. The codes are stable. A message
 * names the host at most: path and query of a robot's URL are secrets.
 */
export type HttpErrorCode =
  /** The total time was over. */
  | 'timeout'
  /** The time for resolving, connecting and the TLS handshake was over. */
  | 'connect_timeout'
  | 'refused'
  | 'reset'
  | 'dns'
  | 'tls'
  | 'forbidden_address'
  /** What came back is not HTTP/1.1. */
  | 'protocol'
  | 'proxy'
  /** Any other trouble on the way: no route, no free descriptor. */
  | 'network'
  /** The request itself cannot be sent: a broken URL, a header with a control character. Nothing was sent. */
  | 'invalid_request';

export class HttpFailure extends Error {
  readonly code: HttpErrorCode;
  /** The address that the socket was connected to when it failed. */
  address: string | null = null;

  constructor(code: HttpErrorCode, message: string) {
    super(message);
    this.name = 'HttpFailure';
    this.code = code;
  }
}
