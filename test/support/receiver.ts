/**
 * A webhook's receiver on loopback: it keeps every request exactly as it came and answers as it was told to, well or
 * badly. `behaviour.ts` has the ways to answer.
 */
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Test } from 'tap';
import { answer, type Behaviour } from './behaviour.ts';

export interface ReceivedRequest {
  method: string;
  /** Path and query. */
  url: string;
  /** In the order and case in which they came. */
  headers: [name: string, value: string][];
  /** The exact bytes. */
  body: Buffer;
  /** Milliseconds since 1970, when the last byte of the body was there. */
  at: number;
  /** Tells which requests shared a connection. */
  connection: number;
}

export interface Receiver {
  /** Without a slash at the end. */
  url: string;
  port: number;
  requests: ReceivedRequest[];
  /** The requests for one path. */
  at(path: string): ReceivedRequest[];
  /**
   * What the next requests for a path get, one each, and the last one for all that follow. `*`: every path that has
   * no script of its own. Without any script: 200.
   */
  script(path: string, ...behaviours: Behaviour[]): void;
  /** The first `count` requests (for a path), once they are there; fails by name when they do not come. */
  received(count: number, options?: { path?: string; limitMs?: number }): Promise<ReceivedRequest[]>;
}

export async function receiver(t: Pick<Test, 'teardown'>): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  const scripts = new Map<string, Behaviour[]>();
  const waiting = new Set<() => void>();
  const connections = new Map<Socket, number>();
  const at = (path?: string) =>
    path === undefined ? requests : requests.filter(one => pathOf(one.url) === path);

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('error', () => {});
    request.on('end', () => {
      const url = request.url ?? '';
      requests.push({
        method: request.method ?? '',
        url,
        headers: pairs(request.rawHeaders),
        body: Buffer.concat(chunks),
        at: Date.now(),
        connection: connections.get(request.socket) ?? 0,
      });
      const script = scripts.get(pathOf(url)) ?? scripts.get('*') ?? [];
      const behaviour = (script.length > 1 ? script.shift() : script[0]) ?? answer(200);
      behaviour(response);
      for (const check of waiting) check();
    });
  });
  server.on('connection', socket => {
    connections.set(socket, connections.size + 1);
    // What a sender does to its own connection is its affair.
    socket.on('error', () => {});
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    for (const socket of connections.keys()) socket.destroy();
    return new Promise(resolve => server.close(resolve));
  });

  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    at,
    script: (path, ...behaviours) => void scripts.set(path, behaviours),
    received: (count, { path, limitMs = 60_000 } = {}) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (at(path).length < count) return;
          clearTimeout(timer);
          waiting.delete(check);
          resolve(at(path).slice(0, count));
        };
        const timer = setTimeout(() => {
          waiting.delete(check);
          const got = requests.map(one => `${one.method} ${one.url}`).join(', ') || 'none';
          reject(
            new Error(`wanted ${count} requests for ${path ?? 'any path'} within ${limitMs} ms, got: ${got}`),
          );
        }, limitMs);
        waiting.add(check);
        check();
      }),
  };
}

/** First value of a header, by any case. */
export function headerOf(request: ReceivedRequest, name: string): string | undefined {
  return request.headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function pathOf(url: string): string {
  return url.split('?')[0] ?? '';
}

function pairs(raw: string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) found.push([raw[i]!, raw[i + 1]!]);
  return found;
}
