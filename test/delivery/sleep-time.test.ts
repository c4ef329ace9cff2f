import t from 'tap';
import { sleepTime } from '../../src/delivery/sleep-time.ts';

t.test('the earlier of the two, at most a minute, and never in a tight loop', async t => {
  t.equal(sleepTime(null, null, 1_000), null);
  t.equal(sleepTime(6_000, null, 1_000), 5_000);
  t.equal(sleepTime(null, 6_000, 1_000), 5_000);
  t.equal(sleepTime(6_000, 3_000, 1_000), 2_000);
  t.equal(sleepTime(10_000_000, null, 1_000), 60_000);
  t.equal(sleepTime(1_000, null, 1_000), 1_000, 'due, but without room');
  t.equal(sleepTime(0, 500, 1_000), 1_000);
});
