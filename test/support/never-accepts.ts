/** A listening socket whose queue is full: a thread that never returns to its event loop accepts nobody. */
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { Test } from 'tap';

/** Gives the port. */
export async function neverAccepts(t: Pick<Test, 'teardown'>): Promise<number> {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:net').createServer();
     server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
     });`,
    { eval: true },
  );
  t.teardown(() => worker.terminate());
  const port = await new Promise<number>(resolve => worker.once('message', resolve));
  // Linux takes one more than the backlog says.
  for (let i = 0; i < 2; i++) {
    const filler = connect(port, '127.0.0.1');
    t.teardown(() => filler.destroy());
    filler.on('error', () => {});
    await new Promise(resolve => filler.once('connect', resolve));
  }
  return port;
}
