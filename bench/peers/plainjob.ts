/**
 * plainjob on SQLite, with `synchronous = FULL`: by itself it would let go of the last results at a power cut. Its workers
 * take one job at a time, so there are as many as requests may be at once.
 */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { better, defineQueue, defineWorker } from 'plainjob';
import { type OpenPeer, parcel } from './peer.ts';
import { openPost } from './post.ts';

const SILENT = { debug() {}, info() {}, warn() {}, error: console.error };

export const openPeer: OpenPeer = async ({ urls, deliveries, concurrency, secret, dir }) => {
  const db = new Database(join(dir, 'plainjob.db'));
  const queue = defineQueue({ connection: better(db as never), logger: SILENT });
  db.pragma('synchronous = FULL');
  const post = openPost(secret, concurrency / urls.length);
  return {
    async fill() {
      db.transaction(() => {
        for (let n = 0; n < deliveries; n++) queue.add('delivery', parcel(n, urls));
      })();
    },
    async drain() {
      let left = deliveries;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const workers = Array.from({ length: concurrency }, () =>
        defineWorker('delivery', async job => void (await post(JSON.parse(job.data))), {
          queue,
          logger: SILENT,
          onCompleted: () => --left === 0 && resolve(),
          onFailed: (_job, error) => reject(new Error(error)),
        }),
      );
      const running = workers.map(worker => worker.start());
      await promise;
      await Promise.all(workers.map(worker => worker.stop()));
      await Promise.all(running);
    },
    async close() {
      await post.close();
      queue.close();
    },
  };
};
