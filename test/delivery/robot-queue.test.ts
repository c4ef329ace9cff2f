/** A robot's queue: none, claimed, in flight; and what it looks for. */
import t from 'tap';
import type { RateLimiter } from '../../src/delivery/robots/rate-limiter.ts';
import { RobotQueue } from '../../src/delivery/robots/robot-queue.ts';
import type { Job } from '../../src/model/job.ts';

const FIRST = { webhookId: 1, firsts: 1, retries: 0 };
const RETRY = { webhookId: 1, firsts: 0, retries: 1 };

/** A queue behind a rate limiter that lets a message pass from a time on. */
function queueFrom(time: number | null) {
  const limiter = { availableAt: () => time } as unknown as RateLimiter;
  return new RobotQueue(1, limiter);
}

const job = (seq: number): Job => ({ seq, webhookId: 1 }) as Job;

t.test('one message at a time: claimed, in flight, and over', async t => {
  const queue = queueFrom(5);
  t.strictSame(queue.claim(4), null, 'what comes until then can still join');
  t.strictSame(queue.claim(5), FIRST);
  queue.assign(FIRST, [job(7)]);
  t.strictSame(queue.claim(5), null);
  t.strictSame([queue.empty, queue.resting, queue.isMarked(job(7))], [false, true, true]);
  t.equal(queue.next(4), null);
  t.equal(queue.next(5)?.seq, 7);
  t.equal(queue.next(5), null);
  t.strictSame([queue.empty, queue.resting], [false, false]);
  t.strictSame(queue.release(), [], 'it is on its way');
  queue.finished(job(7));
  t.strictSame([queue.empty, queue.resting], [true, true]);
  t.strictSame(queue.claim(5), FIRST, 'there may be more');
});

t.test('first attempts are looked for first, then retries, then nothing until it is dirty', async t => {
  const queue = queueFrom(0);
  queue.assign(queue.claim(0)!, []);
  t.strictSame(queue.claim(0), RETRY);
  t.equal(queue.idle, false);
  queue.assign(RETRY, []);
  t.equal(queue.claim(0), null);
  t.strictSame([queue.idle, queue.needsWork(0), queue.availableAt(0)], [true, false, null]);
  queue.markDirty();
  t.strictSame(queue.claim(0), FIRST);
  t.strictSame([queue.idle, queue.needsWork(0), queue.availableAt(0)], [false, true, 0]);
});

t.test('released, what was claimed comes back once', async t => {
  const queue = queueFrom(0);
  queue.assign(FIRST, [job(7)]);
  t.strictSame(
    queue.release().map(one => one.seq),
    [7],
  );
  t.strictSame(queue.release(), []);
  t.equal(queue.empty, true);
});

t.test('while the limiter waits for an answer, nothing is claimed', async t => {
  const queue = queueFrom(null);
  t.strictSame([queue.claim(9), queue.needsWork(9), queue.availableAt(9)], [null, false, null]);
});
