/** A server on loopback that speaks bytes: what a well-behaved HTTP library refuses to send can be sent with it. */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Test } from 'tap';

export interface RawRequest {
  /** Request line and headers, without the empty line. */
  head: string;
  body: Buffer;
  socket: Socket;
  /** Which connection it came on, from 1. */
  connection: number;
  /** Which request it is, from 1. */
  count: number;
}

export interface RawServer {
  port: number;
  requests: RawRequest[];
  /** All that were ever accepted. */
  sockets: Socket[];
}

/** Calls `answer` for every complete request. Sockets and server end with the test. */
export async function rawServer(
  t: Pick<Test, 'teardown'>,
  answer: (request: RawRequest) => void,
): Promise<RawServer> {
  const requests: RawRequest[] = [];
  const { server, sockets } = acceptor(t, (socket, connection) => {
    let pending = Buffer.alloc(0);
    socket.on('data', chunk => {
      pending = Buffer.concat([pending, chunk]);
      for (;;) {
        const end = pending.indexOf('\r\n\r\n');
        if (end === -1) return;
        const head = pending.toString('latin1', 0, end);
        const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
        if (pending.length < end + 4 + length) return;
        const body = pending.subarray(end + 4, end + 4 + length);
        pending = pending.subarray(end + 4 + length);
        const request = { head, body, socket, connection, count: requests.length + 1 };
        requests.push(request);
        answer(request);
      }
    });
  });
  return { port: await listen(server), requests, sockets };
}

/** Accepts and does whatever `accepted` does with the socket. */
export function acceptor(t: Pick<Test, 'teardown'>, accepted: (socket: Socket, connection: number) => void) {
  const sockets: Socket[] = [];
  const server = createServer(socket => {
    sockets.push(socket);
    socket.on('error', () => {});
    accepted(socket, sockets.length);
  });
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise(resolve => server.close(resolve));
  });
  return { server, sockets };
}

/** The port that the system chose. */
export function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** A complete answer in HTTP/1.1. */
export function reply(body: string | Buffer = 'ok', headers = '', status = '200 OK'): Buffer {
  const head = `HTTP/1.1 ${status}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}
