import t from 'tap';
import { Line } from '../../src/delivery/line.ts';
import type { Job } from '../../src/model/job.ts';

let seq = 0;
const job = (lane: string, retry = false): Job =>
  ({ seq: ++seq, id: `${seq}`, lane, retry, webhookId: 1 }) as Job;
const drainNext = (line: Line) => {
  const jobs: Job[] = [];
  for (let next = line.next(0); next !== null; next = line.next(0)) jobs.push(next);
  return jobs;
};

t.test(
  'claims as much ahead as it is told, again when half of that is left, and nothing when there is nothing',
  async t => {
    const line = new Line(1, 8);
    const asked = () =>
      line.claim(0, 32) && { firsts: line.claim(0, 32)!.firsts, retries: line.claim(0, 32)!.retries };
    t.same(asked(), { firsts: 32, retries: 2 });
    const jobs = Array.from({ length: 32 }, (_, n) => job(`lane ${n}`));
    line.add({ webhookId: 1, firsts: 32, retries: 2 }, jobs);
    t.equal(line.claim(0, 32), null, 'enough in hand');
    const sent = drainNext(line);
    t.equal(sent.length, 8, 'at most the room');
    for (const one of [...sent, ...drainNext(line)]) line.finished(one);
    for (const one of drainNext(line)) line.finished(one);
    t.same(asked(), { firsts: 16, retries: 0 });
    line.add({ webhookId: 1, firsts: 16, retries: 0 }, [job('x')]);
    t.equal(line.claim(0, 32), null, 'fewer than asked: there are no more');
    line.wake();
    t.ok(line.claim(0, 32));
  },
);

t.test('one lane: one after the other, in order; other lanes pass', async t => {
  const line = new Line(1, 8);
  const [a1, a2, b1] = [job('a'), job('a'), job('b')];
  line.add(line.claim(0, 32)!, [a1, a2, b1]);
  t.same(drainNext(line), [a1, b1]);
  line.finished(b1);
  t.equal(line.next(0), null);
  line.finished(a1);
  t.equal(line.next(0), a2);
});

t.test('retries hold up nobody and take a quarter of the room at most', async t => {
  const line = new Line(1, 8);
  const claim = line.claim(0, 32)!;
  const retries = [job('a', true), job('a', true)];
  const first = job('a');
  line.add(claim, [...retries, first]);
  t.same(
    drainNext(line),
    [...retries, first],
    'a retry of a lane does not wait for it, nor the other way round',
  );
  line.wake();
  t.equal(line.claim(0, 32)?.retries, 0, 'no room for a third retry');
  line.finished(retries[0]!);
  t.equal(line.claim(0, 32)?.retries, 1);
  t.equal(new Line(1, 1).claim(0, 4)?.retries, 1, 'even the smallest room has one place for them');
});

t.test('drained: what was not sent comes back, what is under way does not', async t => {
  const line = new Line(1, 1);
  const [a, b, c] = [job('a'), job('b'), job('c', true)];
  line.add(line.claim(0, 32)!, [a, b, c]);
  t.equal(line.next(0), a);
  t.same(line.drain(), [b, c]);
  t.same(line.drain(), []);
  t.equal(line.idle, false);
  line.finished(a);
  line.add({ webhookId: 1, firsts: 4, retries: 1 }, []);
  t.equal(line.idle, false, 'what came of it is not written yet');
  line.settled(a.seq);
  t.equal(line.idle, true);
});

t.test('the queue is told which first attempts are in hand, until they are settled or let go', async t => {
  const line = new Line(1, 1);
  const [a, b, c] = [job('a'), job('b'), job('c', true)];
  const inHand = () => [...(line.claim(0, 32)!.inHand ?? [])];
  t.same(inHand(), []);
  line.add({ webhookId: 1, firsts: 2, retries: 1 }, [a, b, c]);
  line.wake();
  t.same(inHand(), [a.seq, b.seq], 'a retry is marked in the queue');
  t.equal(line.next(0), a);
  line.finished(a);
  t.same(inHand(), [a.seq, b.seq], 'answered, and not written yet');
  line.settled(a.seq);
  t.same(inHand(), [b.seq]);
  line.drain();
  t.same(inHand(), []);
});

t.test('what lies before the last one taken is looked at again only when it may be owed again', async t => {
  const line = new Line(1, 1);
  const [a, b, c, d] = [job('a'), job('b'), job('c'), job('d', true)];
  const after = () => line.claim(0, 32)!.after;
  t.equal(after(), 0);
  line.add({ webhookId: 1, firsts: 2, retries: 1 }, [a, b]);
  t.equal(after(), b.seq);
  line.wake();
  t.equal(after(), 0);
  line.add({ webhookId: 1, firsts: 1, retries: 1 }, [c, d]);
  t.equal(after(), c.seq, 'retries come in an order of their own');
  line.drain();
  t.equal(after(), 0, 'what was let go of is claimed again');
});

t.test('it starves when it has room and nothing in hand, and may still find something', async t => {
  const line = new Line(1, 2);
  t.equal(line.starving(0), true, 'nobody has looked yet');
  const [a1, a2, b] = [job('a'), job('a'), job('b')];
  line.add(line.claim(0, 3)!, [a1, a2, b]);
  t.equal(line.starving(0), false);
  t.same(drainNext(line), [a1, b]);
  t.equal(line.starving(0), false, 'one waits for its lane');
  line.finished(a1);
  t.same(drainNext(line), [a2]);
  t.equal(line.starving(0), false, 'no room');
  line.finished(b);
  t.equal(line.starving(0), true);
  line.add({ webhookId: 1, firsts: 1, retries: 1 }, []);
  t.equal(line.starving(0), false, 'there is nothing');
});
