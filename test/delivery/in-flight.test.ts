import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { createLateMarks, roomFor } from '../../src/delivery/in-flight.ts';
import { until } from '../support/until.ts';

t.test('what takes long is reported once, what finished before that never', async t => {
  let late = 0;
  const marks = createLateMarks(() => late++);
  marks.started(1);
  marks.started(2);
  marks.finished(1);
  t.same(marks.take(), [], 'not yet');
  await until('it to be late', () => late > 0);
  t.same(marks.take(), [2]);
  t.same(marks.take(), []);
  await sleep(150);
  t.equal(late, 1);
});

t.test('each has its own time', async t => {
  const taken: number[] = [];
  const marks = createLateMarks(() => taken.push(...marks.take()));
  marks.started(1);
  await sleep(60);
  marks.started(2);
  await until('the first', () => taken.length > 0);
  t.equal(taken[0], 1);
  await until('the second', () => taken.length > 1);
  t.same(taken, [1, 2]);
});

t.test(
  'sockets and memory are limited, and a webhook with nothing in flight comes before the others',
  async t => {
    const room = (requests: number, characters: number, resting: boolean) =>
      roomFor({ requests, characters }, resting);
    t.ok(room(4_095, 5_999_999, false));
    t.notOk(room(4_096, 0, true));
    t.notOk(room(0, 6_000_000, false));
    t.ok(room(50, 50 * 300_000, true), '50 that hang take nobody’s turn');
    t.notOk(room(0, 16_000_000, true), 'but memory ends somewhere');
  },
);
