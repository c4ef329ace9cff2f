/** An HTTP proxy on loopback: forwards in absolute form, tunnels for CONNECT, and keeps what it was asked. */
import { createServer, request as forward, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Test } from 'tap';

export interface HttpProxy {
  port: number;
  /** `POST http://…` or `CONNECT host:port`, and the credentials. */
  asked: { line: string; credentials: string | undefined }[];
}

export async function httpProxy(t: Pick<Test, 'teardown'>): Promise<HttpProxy> {
  const asked: HttpProxy['asked'] = [];
  const sockets = new Set<Socket>();
  const note = ({ method, url, headers }: IncomingMessage) =>
    void asked.push({ line: `${method} ${url}`, credentials: headers['proxy-authorization'] });
  const server = createServer((request, response) => {
    note(request);
    const { host: _host, 'proxy-authorization': _credentials, ...headers } = request.headers;
    const onward = forward(request.url!, { method: request.method, headers, agent: false }, answer => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    note(request);
    client.on('error', () => {});
    const upstream = connect(Number(request.url!.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  server.on('connection', socket => sockets.add(socket));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise(resolve => server.close(resolve));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, asked };
}
