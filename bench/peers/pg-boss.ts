/**
 * pg-boss on PostgreSQL with its default durability. Two of its workers take jobs in batches, so that one fetches and
 * records while the other sends; each job is completed with what came of it.
 */
import { type Job, type JobResult, PgBoss } from 'pg-boss';
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

  async function unfinished(): Promise<number> {
    const sql = `select count(*)::int as jobs from pgboss.job where name = '${QUEUE}' and state <> 'completed'`;
    const { rows } = await boss.getDb().executeSql(sql);
    return rows[0].jobs;
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
      let left = deliveries;
      const { promise: sent, resolve, reject } = Promise.withResolvers<void>();
      const options = {
        batchSize,
        localConcurrency: LANES,
        perJobResults: true,
        burstWhenBatchFull: true,
      } as const;
      await boss.work<Parcel>(QUEUE, options, async jobs => {
        const results: JobResult[] = [];
        const deliver = async ({ id, data }: Job<Parcel>) => {
          results.push({ id, status: 'completed', output: await post(data) });
        };
        await atOnce(jobs, concurrency / LANES, deliver).catch(reject);
        left -= jobs.length;
        if (left === 0) resolve();
        return results;
      });
      await sent;
      // Its workers do not tell when a batch is recorded.
      while ((await unfinished()) > 0);
    },
    async close() {
      await post.close();
      await boss.stop({ graceful: false });
    },
  };
};
