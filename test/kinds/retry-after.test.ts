import t from 'tap';
import { retryAfterMs } from '../../src/kinds/retry-after.ts';

const NOW = Date.UTC(2026, 10, 23, 9, 0, 0);
const DAY = 86_400_000;

t.test('seconds, and the three forms of an HTTP date', async t => {
  const cases: [value: string, wait: number][] = [
    ['1', 1_000],
    ['120', 120_000],
    [' 30 ', 30_000],
    ['007', 7_000],
    ['Mon, 23 Nov 2026 09:00:30 GMT', 30_000],
    ['mon, 23 nov 2026 10:00:00 gmt', 3_600_000],
    ['Monday, 23-Nov-26 09:02:00 GMT', 120_000],
    ['Mon Nov 23 09:03:00 2026', 180_000],
  ];
  for (const [value, wait] of cases) t.equal(retryAfterMs(value, NOW), wait, value);
});

t.test('at most a day', async t => {
  for (const value of ['86400', '86401', '9999999999', 'Thu, 23 Nov 2028 09:00:00 GMT']) {
    t.equal(retryAfterMs(value, NOW), DAY, value);
  }
});

t.test('rubbish that a date parser takes for a year long ago must not mean "at once"', async t => {
  for (const value of [
    null,
    '',
    ' ',
    'soon',
    'soon 5',
    '-1',
    '-120',
    '1.5',
    '1e3',
    '0x10',
    '120 seconds',
    '12345678901',
    '2026-11-23T10:00:00Z',
    'Mon',
    'Sunday 5',
    'Mon, 23 Nov 2026 29:00:30 GMT',
    '\u0661\u0662',
    'Infinity',
  ]) {
    t.equal(retryAfterMs(value, NOW), null, String(value));
  }
});

t.test('a time that is over, or none at all: the schedule goes on', async t => {
  for (const value of [
    '0',
    '000',
    'Mon, 23 Nov 2026 09:00:00 GMT',
    'Mon, 23 Nov 2026 08:59:59 GMT',
    'Sun Nov  6 08:49:37 1994',
  ]) {
    t.equal(retryAfterMs(value, NOW), null, value);
  }
});
