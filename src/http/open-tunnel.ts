/** A tunnel through an HTTP proxy: CONNECT (RFC 9110 §9.3.6) over a connection that stands already. */
import type { Duplex } from 'node:stream';
import { Client } from 'undici';
import { HttpFailure } from './http-failure.ts';
import type { Hop, ProxyHop } from './route.ts';

/** Rejects with HttpFailure `proxy` for any answer but 2xx. */
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
  const answer = await client.connect({ path: authority, headers }).catch(() => null);
  if (answer === null) throw refused('gave no answer to CONNECT');
  const { statusCode: status, socket } = answer;
  if (status >= 200 && status < 300) return socket;
  socket.destroy();
  if (status === 407) throw refused('wants a user and password (407)');
  throw refused(`does not connect to ${authority} (${status})`);
}
