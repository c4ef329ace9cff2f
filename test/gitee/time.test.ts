import * as fc from 'fast-check';
import t from 'tap';
import { timestamp } from '../../src/gitee/scalar.ts';
import { giteeTime } from '../../src/gitee/time.ts';
import '../support/fixed-seed.ts';

t.test('RFC 3339 with seconds and the offset of whoever set the time (gitee-format.md §3)', async t => {
  const cases: [seconds: number, offset: string, text: string][] = [
    [1633680512, '+0800', '2021-10-08T16:08:32+08:00'],
    [1633680512, '+08:00', '2021-10-08T16:08:32+08:00'],
    [1633680512, '+0000', '2021-10-08T08:08:32+00:00'],
    [1633680512, '-0000', '2021-10-08T08:08:32-00:00'],
    [1633680512, '-0330', '2021-10-08T04:38:32-03:30'],
    [1633680512, '+1400', '2021-10-08T22:08:32+14:00'],
    [1633680512, '+0545', '2021-10-08T13:53:32+05:45'],
    [1633680512.999, '+0000', '2021-10-08T08:08:32+00:00'],
    [0, '+0000', '1970-01-01T00:00:00+00:00'],
    [-1, '+0000', '1969-12-31T23:59:59+00:00'],
    [-1.5, '+0000', '1969-12-31T23:59:59+00:00'],
    [-86400 * 365, '-0100', '1968-12-31T23:00:00-01:00'],
    [1709164799, '+0000', '2024-02-28T23:59:59+00:00'],
    [1709164800, '+0000', '2024-02-29T00:00:00+00:00'],
  ];
  for (const [seconds, offset, text] of cases)
    t.equal(giteeTime(seconds, offset), text, `${seconds} ${offset}`);
});

t.test('an offset that no clock has counts as UTC', async t => {
  for (const offset of ['', 'Z', '+2400', '+0860', '+99:99', 'CST', '0800', '+800', '+08000', '+08:00\n']) {
    t.equal(giteeTime(1633680512, offset), '2021-10-08T08:08:32+00:00', JSON.stringify(offset));
  }
});

t.test('what no four-digit year can show is moved to the nearest one that can', async t => {
  t.equal(giteeTime(Number.MAX_SAFE_INTEGER, '+0000'), '9999-12-30T23:59:59+00:00');
  t.equal(giteeTime(-Number.MAX_SAFE_INTEGER, '-1200'), '0001-01-01T00:00:00-12:00');
  t.equal(giteeTime(2 ** 62, '+0800'), '9999-12-30T23:59:59+08:00');
  t.equal(giteeTime(Number.POSITIVE_INFINITY, '+0000'), '9999-12-30T23:59:59+00:00');
});

t.test('whatever Git may say, the schema takes it', async t => {
  const offset = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[+-]\d{4}$/),
    fc.stringMatching(/^[+-]\d{2}:\d{2}$/),
  );
  const seconds = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true }));
  t.doesNotThrow(() =>
    fc.assert(fc.property(seconds, offset, (at, by) => timestamp.safeParse(giteeTime(at, by)).success)),
  );
});
