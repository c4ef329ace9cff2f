/** A tunnel through an HTTP proxy: CONNECT (RFC 9110 §9.3.6) over a connection that stands already. */
import type { Duplex } from 'node:stream';
import { HttpFailure } from './http-failure.ts';
import type { Hop, ProxyHop } from './route.ts';
import { Client } from './undici-client.ts';

/** Rejects with HttpFailure `proxy` for any answer but 2xx. */
export function openTunnel(socket: Duplex, proxy: ProxyHop, target: Hop): Promise<Duplex> {
  const authority = `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
  const client = new Client('http://proxy', {
    // Later than the call: undici would not notice a connection that stands before its connector has returned. And never
    // a dead socket: undici would ask for the next one, without end.
    connect: (_options, callback) =>
      queueMicrotask(() => {
        if (socket.destroyed) callback(new HttpFailure('proxy', 'closed'), null);
        else callback(null, socket as never);
      }),
  });
  const headers = ['host', authority];
  if (proxy.authorization !== null) headers.push('proxy-authorization', proxy.authorization);
  return new Promise((resolve, reject) => {
    const refused = (what: string) => reject(new HttpFailure('proxy', `the proxy ${proxy.host} ${what}`));
    client.dispatch(
      { method: 'CONNECT', path: authority, headers },
      {
        onRequestStart() {},
        onRequestUpgrade(_controller, status, _headers, tunnel) {
          if (status >= 200 && status < 300) return resolve(tunnel);
          tunnel.destroy();
          refused(
            status === 407
              ? 'wants a user and password (407)'
              : `does not connect to ${authority} (${status})`,
          );
        },
        onResponseError: () => refused('gave no answer to CONNECT'),
      },
    );
  });
}
