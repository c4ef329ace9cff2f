/** An HTTPS server on loopback that says what it saw of the client. */
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Test } from 'tap';

export interface TlsServer {
  port: number;
  /** One for each request. */
  seen: { clientName: string | undefined; serverName: string | false | null; resumed: boolean }[];
  connections(): number;
}

export async function tlsServer(t: Pick<Test, 'teardown'>, options: ServerOptions): Promise<TlsServer> {
  const seen: TlsServer['seen'] = [];
  let connections = 0;
  const server = createServer(options, (request, response) => {
    const socket = request.socket as TLSSocket & { servername: string | false | null };
    seen.push({
      clientName: socket.getPeerCertificate().subject?.CN as string | undefined,
      serverName: socket.servername,
      resumed: socket.isSessionReused(),
    });
    response.end('ok');
  });
  server.on('connection', () => connections++);
  server.on('tlsClientError', () => {});
  t.teardown(() => {
    server.closeAllConnections();
    return new Promise(resolve => server.close(resolve));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, seen, connections: () => connections };
}
