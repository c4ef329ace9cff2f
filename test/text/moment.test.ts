import t from 'tap';
import { moment, parseDuration, parseSince } from '../../src/text/moment.ts';

const NOW = Date.UTC(2026, 10, 23, 9, 0, 0);

t.test('times for people are in UTC', async t => {
  t.equal(moment(NOW + 999), '2026-11-23 09:00:00Z');
  t.equal(moment(0), '1970-01-01 00:00:00Z');
  t.equal(moment(null), '-');
});

t.test('durations', async t => {
  const good: [string, number][] = [
    ['90s', 90_000],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['1.5h', 5_400_000],
    [' 3 d ', 259_200_000],
    ['0s', 0],
  ];
  for (const [text, ms] of good) t.equal(parseDuration(text), ms, text);
  for (const bad of ['', '5', 'h', '-1h', '5 years', '1h30m', '1,5h', '5M'])
    t.equal(parseDuration(bad), null, bad);
});

t.test('a point in time: back from now, or a date', async t => {
  t.equal(parseSince('2h', NOW), NOW - 7_200_000);
  t.equal(parseSince('2026-11-20', NOW), Date.UTC(2026, 10, 20));
  t.equal(parseSince('2026-11-20T08:00:00Z', NOW), Date.UTC(2026, 10, 20, 8));
  t.equal(parseSince('2026-11-20T08:00:00+08:00', NOW), Date.UTC(2026, 10, 20));
  t.equal(parseSince(' 2026-11-20 08:00:00Z ', NOW), Date.UTC(2026, 10, 20, 8));
});

t.test('what a date parser would take for the year 2001 is no point in time', async t => {
  for (const bad of ['', '12', 'yesterday', 'foo 5', '5', '-2h', 'Nov', '2026-13-01', '2026-11-20Tx']) {
    t.throws(
      () => parseSince(bad, NOW),
      {
        code: 'usage',
        message: `--since: wanted a time, got "${bad}"`,
        hint: /30m, 2h or 7d, or a date such as 2026-11-23/,
      },
      bad,
    );
  }
});
