/**
 * The door to HTTP: sends a sealed request and tells what came back. It follows no redirect, keeps connections alive per
 * route (origin, proxy, TLS settings), and calls no address that the policy refuses.
 */
import { lookup as dnsLookup } from 'node:dns';
import { type HttpAnswer, type HttpRequest, header } from '../model/request.ts';
import { addressPolicy } from '../net/address-policy.ts';
import { type ProxySettings, proxyFor } from '../net/proxy-for.ts';
import { type BodyText, decodeBody } from './decode-body.ts';
import type { Outcome, TimeLimits } from './exchange.ts';
import { explainRequestError } from './explain-error.ts';
import { HttpFailure } from './http-failure.ts';
import type { Lookup } from './open-tcp.ts';
import type { Route, TlsSettings } from './route.ts';
import type { RoutePool } from './route-pool.ts';
import { shareLookups } from './share-lookups.ts';
import { parseTarget, type Target } from './target.ts';

export interface SenderSettings {
  /** Addresses, CIDRs and host globs, see `net/address-policy.ts`. */
  'net.allow': readonly string[];
  'net.deny': readonly string[];
  /** Proxies for requests that name none. */
  proxies?: ProxySettings;
  /** `dns.lookup` unless given. */
  lookup?: Lookup;
}

export interface SendLimits extends TimeLimits {
  tls?: TlsSettings;
  /** A proxy's URL; null: none, whatever the settings say. */
  proxy?: string | null;
}

export interface Sender {
  /** Never rejects for anything that the network or the receiver does. */
  send(request: HttpRequest, limits: SendLimits): Promise<HttpAnswer>;
  /** Refuses new requests, waits for those under way, then closes all connections. */
  close(): Promise<void>;
}

/** That many routes are remembered without a connection: their TLS sessions make the next handshake short. */
const ROUTES = 200;

/** URLs that were parsed: that takes as long as to sign a delivery. */
const TARGETS = 1_000;

const NO_BODY: BodyText = { text: '', truncated: false };

/** Throws BelfryError `invalid` for an entry of the lists that is none. */
export function createSender(settings: SenderSettings): Sender {
  const { 'net.allow': allow, 'net.deny': deny, proxies } = settings;
  const network = {
    policy: addressPolicy({ allow, deny }),
    lookup: shareLookups(settings.lookup ?? (dnsLookup as Lookup)),
  };
  const pools = new Map<string, RoutePool>();
  const targets = new Map<string, Target>();
  /** To ask for it again takes a tenth of the time of a request. */
  let loaded: typeof import('./route-pool.ts') | undefined;
  let underWay = 0;
  let closed = false;
  let settled = () => {};

  async function send(request: HttpRequest, limits: SendLimits): Promise<HttpAnswer> {
    if (closed) return answerOf(noAnswer(new HttpFailure('network', 'the sender is closed')), NO_BODY, 0);
    underWay++;
    try {
      // With it comes undici, which takes 100 ms and more: not for a process that sends nothing, nor from a time limit.
      loaded ??= await import('./route-pool.ts');
      const started = performance.now();
      const outcome = await deliver(request, limits, loaded.RoutePool).catch(noAnswer);
      return answerOf(outcome, await bodyOf(outcome), performance.now() - started);
    } finally {
      if (--underWay === 0) settled();
    }
  }

  async function deliver(request: HttpRequest, limits: SendLimits, Pool: typeof RoutePool): Promise<Outcome> {
    const target = targetOf(request.url);
    const tls = target.secure ? (limits.tls ?? null) : null;
    const proxy = limits.proxy !== undefined ? limits.proxy : proxies ? proxyFor(request.url, proxies) : null;
    const key = routeKey(target, proxy, tls);
    let pool = pools.get(key);
    if (pool === undefined) {
      const fresh: RoutePool = new Pool(target, proxy, tls, network, () => forget(key, fresh));
      pool = fresh;
      pools.set(key, pool);
    }
    const outcome = await pool.send(dispatchOptions(request, target, pool.route), limits);
    forget(key, pool);
    return outcome;
  }

  function targetOf(url: string): Target {
    const target = targets.get(url) ?? parseTarget(url);
    if (targets.size >= TARGETS) targets.clear();
    targets.set(url, target);
    return target;
  }

  function forget(key: string, pool: RoutePool): void {
    if (pools.size > ROUTES && pool.unused) pools.delete(key);
  }

  let closing: Promise<void> | null = null;

  function close(): Promise<void> {
    closing ??= new Promise<void>(resolve => {
      settled = resolve;
      if (underWay === 0) resolve();
    }).then(() => {
      for (const pool of pools.values()) void pool.close();
    });
    closed = true;
    return closing;
  }

  return { send, close };
}

/** Two requests share connections when their keys are equal. */
function routeKey(target: Target, proxy: string | null, tls: TlsSettings | null): string {
  if (proxy === null && tls === null) return target.origin;
  return JSON.stringify([target.origin, proxy, tls?.ca, tls?.cert, tls?.key, tls?.insecure]);
}

function dispatchOptions(request: HttpRequest, target: Target, { proxy, target: hop }: Route) {
  const headers: string[] = [];
  for (const field of request.headers) headers.push(field[0], field[1]);
  if (target.authorization !== null && !request.headers.some(([name]) => /^authorization$/i.test(name))) {
    headers.push('Authorization', target.authorization);
  }
  // A plain http:// request goes through a proxy in absolute form (RFC 9112 §3.2.2), without a tunnel.
  const forwarded = proxy !== null && !hop.secure;
  if (forwarded && proxy.authorization !== null) headers.push('Proxy-Authorization', proxy.authorization);
  return {
    method: request.method,
    path: forwarded ? target.origin + target.path : target.path,
    headers,
    body: Buffer.from(request.body),
  };
}

function answerOf(outcome: Outcome, { text, truncated }: BodyText, durationMs: number): HttpAnswer {
  const { status, headers, address, failure } = outcome;
  return {
    status,
    headers,
    body: text,
    truncated,
    durationMs: Math.round(durationMs),
    address,
    error: failure === null ? null : { code: failure.code, message: failure.message },
  };
}

/** The end of an answer that broke off may be half a character. */
function bodyOf({ headers, body, truncated, failure }: Outcome): Promise<BodyText> {
  return decodeBody(body, header({ headers }, 'content-encoding') ?? '', truncated, failure !== null);
}

function noAnswer(error: unknown): Outcome {
  const failure = error instanceof HttpFailure ? error : explainRequestError(error, 'the receiver');
  return {
    status: null,
    headers: [],
    body: [],
    truncated: false,
    address: null,
    failure,
    stale: false,
  };
}
