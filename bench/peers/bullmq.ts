/**
 * BullMQ on Redis, which syncs its log at every write; finished jobs are kept with what came of them, as belfry
 * keeps its deliveries.
 */
import { Queue, Worker } from 'bullmq';
import { type OpenPeer, type Parcel, parcel } from './peer.ts';
import { openPost } from './post.ts';

const BULK = 1_000;

export const openPeer: OpenPeer = async ({ urls, deliveries, concurrency, secret, port }) => {
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
  const queue = new Queue<Parcel>('deliveries', { connection });
  const post = openPost(secret, concurrency / urls.length);
  return {
    async fill() {
      for (let n = 0; n < deliveries; n += BULK) {
        await queue.addBulk(
          Array.from({ length: Math.min(BULK, deliveries - n) }, (_, i) => ({
            name: 'delivery',
            data: parcel(n + i, urls),
          })),
        );
      }
    },
    async drain() {
      let left = deliveries;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const worker = new Worker<Parcel>('deliveries', job => post(job.data), { connection, concurrency });
      // Told after Redis has answered, and with it synced.
      worker.on('completed', () => --left === 0 && resolve());
      worker.on('failed', (_job, error) => reject(error));
      await promise;
      await worker.close();
    },
    async close() {
      await post.close();
      await queue.close();
    },
  };
};
