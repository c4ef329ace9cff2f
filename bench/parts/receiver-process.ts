/**
 * The receiver's own process: servers that read a request to its end and answer 200 (or, told to hang, never), and count.
 * Times are taken here, where the request comes in, on the clock that all processes of a machine share.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Received, ReceiverOrder } from './receiver.ts';

const [path = '', endpoints = '1', hang = ''] = process.argv.slice(2);
let received: Received = nothing();
let ids = new Set<string>();

const ports = await Promise.all(Array.from({ length: Number(endpoints) }, listen));
process.send!({ ports });
process.on('message', (order: ReceiverOrder) => {
  process.send!({ ...received, different: ids.size });
  if (order !== 'forget') return;
  received = nothing();
  ids = new Set();
});
process.on('disconnect', () => process.exit());

function nothing(): Received {
  return { count: 0, different: 0, firstAt: null, lastAt: null, wrongSize: 0 };
}

function listen(): Promise<number> {
  const server = createServer((request, response) => {
    if (request.url !== path) return response.writeHead(404).end();
    const at = performance.timeOrigin + performance.now();
    received.firstAt ??= at;
    let size = 0;
    request.on('data', chunk => {
      size += chunk.length;
    });
    request.on('end', () => {
      received.count++;
      received.lastAt = at;
      if (size !== Number(request.headers['content-length'])) received.wrongSize++;
      ids.add(String(request.headers['webhook-id']));
      if (hang === '') response.end('ok');
    });
  });
  server.keepAliveTimeout = 60_000;
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', 4_096, () => resolve((server.address() as AddressInfo).port));
  });
}
