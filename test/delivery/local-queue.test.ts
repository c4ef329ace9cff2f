import t from 'tap';
import { WebhookQueue } from '../../src/delivery/local-queue.ts';
import type { Job } from '../../src/model/job.ts';

let seq = 0;
const job = (orderKey: string, retry = false): Job =>
  ({ seq: ++seq, id: `${seq}`, orderKey, retry, webhookId: 1 }) as Job;
const takeNext = (queue: WebhookQueue) => {
  const jobs: Job[] = [];
  for (let next = queue.next(0); next !== null; next = queue.next(0)) jobs.push(next);
  return jobs;
};

t.test(
  'claims as much ahead as it is told, again when half of that is left, and nothing when there is nothing',
  async t => {
    const queue = new WebhookQueue(1, 8);
    const asked = () =>
      queue.claim(0, 32) && { firsts: queue.claim(0, 32)!.firsts, retries: queue.claim(0, 32)!.retries };
    t.same(asked(), { firsts: 32, retries: 2 });
    const jobs = Array.from({ length: 32 }, (_, n) => job(`key ${n}`));
    queue.assign({ webhookId: 1, firsts: 32, retries: 2 }, jobs);
    t.equal(queue.claim(0, 32), null, 'enough is claimed');
    const sent = takeNext(queue);
    t.equal(sent.length, 8, 'at most the room');
    for (const one of [...sent, ...takeNext(queue)]) queue.finished(one);
    for (const one of takeNext(queue)) queue.finished(one);
    t.same(asked(), { firsts: 16, retries: 0 });
    queue.assign({ webhookId: 1, firsts: 16, retries: 0 }, [job('x')]);
    t.equal(queue.claim(0, 32), null, 'fewer than asked: there are no more');
    queue.markDirty();
    t.ok(queue.claim(0, 32));
  },
);

t.test('one key: one after the other, in order; other keys pass', async t => {
  const queue = new WebhookQueue(1, 8);
  const [a1, a2, b1] = [job('a'), job('a'), job('b')];
  queue.assign(queue.claim(0, 32)!, [a1, a2, b1]);
  t.same(takeNext(queue), [a1, b1]);
  queue.finished(b1);
  t.equal(queue.next(0), null);
  queue.finished(a1);
  t.equal(queue.next(0), a2);
});

t.test('retries hold up nobody and take a quarter of the room at most', async t => {
  const queue = new WebhookQueue(1, 8);
  const claim = queue.claim(0, 32)!;
  const retries = [job('a', true), job('a', true)];
  const first = job('a');
  queue.assign(claim, [...retries, first]);
  t.same(
    takeNext(queue),
    [...retries, first],
    'a retry of a key does not wait for it, nor the other way round',
  );
  queue.markDirty();
  t.equal(queue.claim(0, 32)?.retries, 0, 'no room for a third retry');
  queue.finished(retries[0]!);
  t.equal(queue.claim(0, 32)?.retries, 1);
  t.equal(new WebhookQueue(1, 1).claim(0, 4)?.retries, 1, 'even the smallest room has one place for them');
});

t.test('released: what was not sent comes back, what is in flight does not', async t => {
  const queue = new WebhookQueue(1, 1);
  const [a, b, c] = [job('a'), job('b'), job('c', true)];
  queue.assign(queue.claim(0, 32)!, [a, b, c]);
  t.equal(queue.next(0), a);
  t.same(queue.release(), [b, c]);
  t.same(queue.release(), []);
  t.equal(queue.idle, false);
  queue.finished(a);
  queue.assign({ webhookId: 1, firsts: 4, retries: 1 }, []);
  t.equal(queue.idle, false, 'what came of it is not written yet');
  queue.settled(a.seq);
  t.equal(queue.idle, true);
});

t.test(
  'the database is told which first attempts are claimed, until they are settled or released',
  async t => {
    const queue = new WebhookQueue(1, 1);
    const [a, b, c] = [job('a'), job('b'), job('c', true)];
    const claimed = () => [...(queue.claim(0, 32)!.claimed ?? [])];
    t.same(claimed(), []);
    queue.assign({ webhookId: 1, firsts: 2, retries: 1 }, [a, b, c]);
    queue.markDirty();
    t.same(claimed(), [a.seq, b.seq], 'a retry is marked in the database');
    t.equal(queue.next(0), a);
    queue.finished(a);
    t.same(claimed(), [a.seq, b.seq], 'answered, and not written yet');
    queue.settled(a.seq);
    t.same(claimed(), [b.seq]);
    queue.release();
    t.same(claimed(), []);
  },
);

t.test(
  'what lies before the last one taken is looked at again only when it may be pending again',
  async t => {
    const queue = new WebhookQueue(1, 1);
    const [a, b, c, d] = [job('a'), job('b'), job('c'), job('d', true)];
    const after = () => queue.claim(0, 32)!.after;
    t.equal(after(), 0);
    queue.assign({ webhookId: 1, firsts: 2, retries: 1 }, [a, b]);
    t.equal(after(), b.seq);
    queue.markDirty();
    t.equal(after(), 0);
    queue.assign({ webhookId: 1, firsts: 1, retries: 1 }, [c, d]);
    t.equal(after(), c.seq, 'retries come in an order of their own');
    queue.release();
    t.equal(after(), 0, 'what was released is claimed again');
  },
);

t.test('it needs work when it has room and nothing claimed, and the database may hold something', async t => {
  const queue = new WebhookQueue(1, 2);
  t.equal(queue.needsWork(0), true, 'nobody has looked yet');
  const [a1, a2, b] = [job('a'), job('a'), job('b')];
  queue.assign(queue.claim(0, 3)!, [a1, a2, b]);
  t.equal(queue.needsWork(0), false);
  t.same(takeNext(queue), [a1, b]);
  t.equal(queue.needsWork(0), false, 'one waits for its key');
  queue.finished(a1);
  t.same(takeNext(queue), [a2]);
  t.equal(queue.needsWork(0), false, 'no room');
  queue.finished(b);
  t.equal(queue.needsWork(0), true);
  queue.assign({ webhookId: 1, firsts: 1, retries: 1 }, []);
  t.equal(queue.needsWork(0), false, 'there is nothing');
});
