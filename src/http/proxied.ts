/** What a proxy on the way takes: a check of the target before it, a tunnel through it, and its share of what goes wrong. */
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { HttpFailure } from './http-failure.ts';
import type { Network } from './open-tcp.ts';
import type { Hop, ProxyHop } from './route.ts';
import { Client, connect } from './undici.ts';

/** A resolver that is there answers sooner; where there is none, no request should wait long for it. */
const PATIENCE_MS = 1_000;

/**
 * Whether a target may be called through a proxy. Only the proxy will learn the address that counts; what can be said
 * before is said: of the name, and of the addresses that this machine knows for it. An outsider's name that leads to a
 * metadata service is found by that. A machine that resolves nothing itself, the usual reason for a proxy, passes.
 * @throws HttpFailure `forbidden_address`
 */
export async function checkProxied({ host }: Hop, { policy, lookup }: Network): Promise<void> {
  const refuse = (reason: string | null, where = host) => {
    if (reason !== null) throw new HttpFailure('forbidden_address', `${where} may not be called: ${reason}`);
  };
  refuse(policy.refuseHost(host));
  if (isIP(host) !== 0) return;
  const addresses = await new Promise<string[]>(resolve => {
    const timer = setTimeout(resolve, PATIENCE_MS, []);
    lookup(host, { all: true }, (error, found) => {
      clearTimeout(timer);
      resolve(error ? [] : found.map(({ address }) => address));
    });
  });
  // Which of them the proxy takes is not ours to choose: one that is refused is enough.
  for (const address of addresses)
    refuse(policy.refuseAddress(host, address), `${host} leads to ${address}, which`);
}

/** A tunnel: CONNECT (RFC 9110 §9.3.6) over a connection that stands already. Rejects with HttpFailure `proxy` for any answer but 2xx. */
export async function openTunnel(stream: Duplex, proxy: ProxyHop, target: Hop): Promise<Duplex> {
  const refused = (what: string) => new HttpFailure('proxy', `the proxy ${proxy.host} ${what}`);
  const authority = `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
  const client = new Client('http://proxy', {
    // Later than the call: undici would not notice a connection that stands before its connector has returned. And never
    // a dead socket: undici would ask for the next one, without end.
    connect: (_options, callback) =>
      queueMicrotask(() => {
        if (stream.destroyed) callback(refused('closed'), null);
        else callback(null, stream as never);
      }),
  });
  const headers: Record<string, string> = { host: authority };
  if (proxy.authorization !== null) headers['proxy-authorization'] = proxy.authorization;
  const answer = await connect.call(client, { path: authority, headers }).catch(() => null);
  if (answer === null) throw refused('gave no answer to CONNECT');
  const { statusCode: status, socket } = answer;
  if (status >= 200 && status < 300) return socket;
  socket.destroy();
  if (status === 407) throw refused('wants a user and password (407)');
  throw refused(`does not connect to ${authority} (${status})`);
}

/** A proxy that refuses is not a receiver that refuses. */
export function blameProxy({ code, message }: HttpFailure): HttpFailure {
  const own = code === 'proxy' || code === 'forbidden_address' || code === 'connect_timeout';
  return new HttpFailure(own ? code : 'proxy', code === 'proxy' ? message : `proxy: ${message}`);
}
