/**
 * pg-boss on PostgreSQL with its default durability. Jobs are fetched and completed in batches by two lanes, so that one
 * fetches while the other sends; its own `work` waits for each batch.
 */
import { PgBoss } from 'pg-boss';
import { atOnce } from './at-once.ts';
import { type OpenPeer, type Parcel, parcel } from './peer.ts';
import { openPost } from './post.ts';

const QUEUE = 'deliveries';
const BULK = 1_000;
const LANES = 2;

export const openPeer: OpenPeer = async ({ urls, deliveries, concurrency, secret, port }) => {
  const boss = new PgBoss({ host: '127.0.0.1', port, user: 'bench', database: 'postgres', supervise: false });
  boss.on('error', error => process.stderr.write(`pg-boss: ${(error as Error).message}\n`));
  await boss.start();
  await boss.createQueue(QUEUE);
  const post = openPost(secret, concurrency / urls.length);
  const batchSize = Math.max(100, concurrency);

  async function lane(): Promise<void> {
    for (;;) {
      const jobs = await boss.fetch<Parcel>(QUEUE, { batchSize });
      if (jobs.length === 0) return;
      await atOnce(jobs, concurrency / LANES, job => post(job.data));
      await boss.complete(
        QUEUE,
        jobs.map(job => job.id),
      );
    }
  }

  return {
    async fill() {
      for (let n = 0; n < deliveries; n += BULK) {
        const jobs = Array.from({ length: Math.min(BULK, deliveries - n) }, (_, i) => ({
          data: parcel(n + i, urls),
        }));
        await boss.insert(QUEUE, jobs);
      }
    },
    async drain() {
      await Promise.all(Array.from({ length: LANES }, lane));
    },
    async close() {
      await post.close();
      await boss.stop({ graceful: false });
    },
  };
};
