/** Where a request goes, read from its URL. */
import { HttpFailure } from './http-failure.ts';

export interface Target {
  /** `https://ci.example.com:8443`, as the WHATWG URL parser spells it: 0x7f.1 has become 127.0.0.1. */
  origin: string;
  secure: boolean;
  /** A name or a bare address, without brackets and without the root's dot. */
  host: string;
  port: number;
  /** Path and query. */
  path: string;
  /** From `https://user:password@…`. */
  authorization: string | null;
}

/** Throws HttpFailure `invalid_request`; the message does not repeat the URL. */
export function parseTarget(text: string): Target {
  const url = URL.parse(text);
  if (url === null) throw new HttpFailure('invalid_request', 'the URL is not valid');
  const secure = url.protocol === 'https:';
  if (!secure && url.protocol !== 'http:') {
    throw new HttpFailure('invalid_request', `the URL is not http:// or https://, but ${url.protocol}//`);
  }
  return {
    origin: url.origin,
    secure,
    host: bareHost(url.hostname),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    path: url.pathname + url.search,
    authorization: basicAuth(url),
  };
}

/** `[::1]` to `::1`, `example.com.` to `example.com`. */
export function bareHost(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname.replace(/\.$/, '');
}

/** The value of an `Authorization` or `Proxy-Authorization` header (RFC 7617); null without a user in the URL. */
export function basicAuth(url: URL): string | null {
  if (url.username === '' && url.password === '') return null;
  return `Basic ${Buffer.from(`${decode(url.username)}:${decode(url.password)}`).toString('base64')}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
