import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { createUnderWay } from '../../src/delivery/under-way.ts';
import { until } from '../support/until.ts';

t.test('what takes long is told once, what ended before that never', async t => {
  let late = 0;
  const underWay = createUnderWay(() => late++);
  underWay.began(1);
  underWay.began(2);
  underWay.ended(1);
  t.same(underWay.take(), [], 'not yet');
  await until('it to be late', () => late > 0);
  t.same(underWay.take(), [2]);
  t.same(underWay.take(), []);
  await sleep(150);
  t.equal(late, 1);
});

t.test('each has its own time', async t => {
  const taken: number[] = [];
  const underWay = createUnderWay(() => taken.push(...underWay.take()));
  underWay.began(1);
  await sleep(60);
  underWay.began(2);
  await until('the first', () => taken.length > 0);
  t.equal(taken[0], 1);
  await until('the second', () => taken.length > 1);
  t.same(taken, [1, 2]);
});
