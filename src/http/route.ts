/** Everything that decides which connection a request may use. */
import { createSecureContext, type SecureContext } from 'node:tls';
import { HttpFailure } from './http-failure.ts';
import { bareHost, basicAuth, type Target } from './target.ts';

/** PEM texts. `ca` replaces the authorities that the machine trusts. */
export interface TlsSettings {
  ca?: string;
  cert?: string;
  key?: string;
  /** Accept any certificate. */
  insecure?: boolean;
}

export interface Hop {
  secure: boolean;
  host: string;
  port: number;
}

export interface ProxyHop extends Hop {
  authorization: string | null;
}

export interface Route {
  target: Hop & { origin: string };
  proxy: ProxyHop | null;
  tls: TlsSettings | null;
  /** Made with the first TLS connection, and the last session for a short handshake with the next. */
  context: SecureContext | null;
  session: Buffer | undefined;
}

/** Throws HttpFailure for a proxy that cannot be used and for PEM texts that cannot be read. */
export function createRoute(target: Target, proxy: string | null, tls: TlsSettings | null): Route {
  const { origin, secure, host, port } = target;
  return {
    target: { origin, secure, host, port },
    proxy: proxy === null ? null : parseProxy(proxy),
    tls,
    context: secure ? secureContext(host, tls) : null,
    session: undefined,
  };
}

function parseProxy(text: string): ProxyHop {
  const url = URL.parse(text);
  if (url === null) throw new HttpFailure('proxy', 'the proxy is not a valid URL');
  const secure = url.protocol === 'https:';
  if (!secure && url.protocol !== 'http:') {
    throw new HttpFailure('proxy', `wanted a proxy of http:// or https://, got ${url.protocol}//`);
  }
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return { secure, host: bareHost(url.hostname), port, authorization: basicAuth(url) };
}

function secureContext(host: string, tls: TlsSettings | null): SecureContext {
  try {
    // The file may hold no root: what the admin trusts may be the server's own certificate, or an intermediate one.
    const partial = tls?.ca !== undefined && { allowPartialTrustChain: true };
    return createSecureContext({ ca: tls?.ca, cert: tls?.cert, key: tls?.key, ...partial });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable PEM';
    throw new HttpFailure('tls', `the CA file or client certificate for ${host} cannot be used (${code})`);
  }
}
