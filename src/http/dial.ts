/** From a route to a socket on which a request may be written: name, address check, TCP, proxy, TLS, under one time limit. */
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext } from 'node:tls';
import { explainConnectError } from './explain-error.ts';
import { HttpFailure } from './http-failure.ts';
import { type Network, openTcp } from './open-tcp.ts';
import { openTls } from './open-tls.ts';
import { blameProxy, checkProxied, openTunnel } from './proxied.ts';
import type { Hop, Route } from './route.ts';

export type Dialed = { socket: Duplex; address: string };

/**
 * Calls `done` once, with the socket or with an HttpFailure. Gives a function that stops the attempt without a call.
 */
export function dial(
  route: Route,
  network: Network,
  limitMs: number,
  done: (failure: HttpFailure | null, dialed: Dialed | null) => void,
): () => void {
  const hop = route.proxy ?? route.target;
  let over = false;
  let tcp: Socket | null = null;
  let address: string | null = null;
  let party: Hop = route.target;
  let waitingFor = isIP(hop.host) === 0 ? `address of ${hop.host}` : placeOf(hop);

  const timer = setTimeout(() => {
    const seconds = Number((limitMs / 1000).toFixed(1));
    fail(new HttpFailure('connect_timeout', `no ${waitingFor} within ${seconds} s`));
  }, limitMs);

  function stop(): void {
    over = true;
    clearTimeout(timer);
  }

  function cancel(): void {
    stop();
    tcp?.destroy();
  }

  function fail(error: unknown): void {
    if (over) return;
    const cause = explainConnectError(error, party);
    const failure = party === route.proxy ? blameProxy(cause) : cause;
    failure.address = address;
    cancel();
    done(failure, null);
  }

  async function open(): Promise<Dialed> {
    if (route.proxy !== null) await checkProxied(route.target, network);
    party = hop;
    const { socket, connected } = openTcp(hop, network, () => {
      waitingFor = placeOf(hop);
    });
    tcp = socket;
    await connected;
    address = socket.remoteAddress ?? '';
    const stream = route.proxy === null ? socket : await throughProxy(socket);
    return { socket: route.target.secure ? await secure(stream) : stream, address };
  }

  async function throughProxy(socket: Socket): Promise<Duplex> {
    const proxy = route.proxy!;
    let stream: Duplex = socket;
    if (proxy.secure) {
      const context = createSecureContext();
      const wish = { host: proxy.host, context, insecure: false, session: undefined, keepSession: () => {} };
      stream = await openTls(socket, wish);
    }
    if (!route.target.secure) return stream;
    waitingFor = `connection to ${route.target.host} through the proxy ${proxy.host}`;
    return openTunnel(stream, proxy, route.target);
  }

  function secure(stream: Duplex): Promise<Duplex> {
    party = route.target;
    waitingFor = `TLS connection to ${party.host}`;
    return openTls(stream, {
      host: route.target.host,
      context: route.context!,
      insecure: route.tls?.insecure === true,
      session: route.session,
      keepSession: session => {
        route.session = session;
      },
    });
  }

  open().then(dialed => {
    if (over) return void dialed.socket.destroy();
    // undici takes a dead socket for a reason to dial again, without end.
    if (dialed.socket.destroyed) return fail(new HttpFailure('reset', `${party.host} closed the connection`));
    stop();
    done(null, dialed);
  }, fail);
  return cancel;
}

function placeOf(hop: Hop): string {
  return `connection to ${hop.host}:${hop.port}`;
}
