import t from 'tap';
import { RETRY_DELAYS_MS, retryDelay } from '../../src/delivery/schedule.ts';

t.test('10 s, 1 min, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h, and then no more', async t => {
  t.same(
    RETRY_DELAYS_MS,
    [10_000, 60_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000],
  );
  for (const [i, delay] of RETRY_DELAYS_MS.entries()) {
    t.equal(retryDelay(i + 1, 0.5), delay, 'exact in the middle of the jitter');
    t.equal(retryDelay(i + 1, 0), delay * 0.8);
    t.equal(retryDelay(i + 1, 1), Math.round(delay * 1.2));
    t.ok(Number.isInteger(retryDelay(i + 1, 0.123456)));
  }
  t.equal(retryDelay(9, 0.5), null);
  t.equal(retryDelay(100, 0), null);
});
