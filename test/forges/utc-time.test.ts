import t from 'tap';
import { utcTime } from '../../src/forges/utc-time.ts';

t.test('a time of any offset is written in UTC, and no time stays none', async t => {
  t.equal(utcTime('2026-01-01T08:00:00+08:00'), '2026-01-01T00:00:00Z');
  t.equal(utcTime('2025-12-31T19:30:00-04:30'), '2026-01-01T00:00:00Z');
  t.equal(utcTime(null), null);
});
