/** Room on the disk and the clock of the file system: what no test can take away from the machine is told instead. */
import type { StatsFs } from 'node:fs';
import type { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { checkClock, checkSpace } from '../../../src/commands/doctor/check-machine.ts';
import { matches } from '../../support/matches.ts';

const MIB = 2 ** 20;
const room = (free: Partial<StatsFs>) =>
  (async () => ({
    bavail: 1_000,
    bsize: MIB,
    files: 10_000,
    ffree: 5_000,
    ...free,
  })) as unknown as typeof statfs;

t.test('room', async t => {
  const home = t.testdir({ spool: {} });
  t.same(await Array.fromAsync(checkSpace(home, room({}))), []);
  t.same(await Array.fromAsync(checkSpace(home, room({ bavail: 100 }))), [], 'just enough');
  matches(t, await Array.fromAsync(checkSpace(home, room({ bavail: 99 }))), [
    {
      area: 'space',
      subject: home,
      wanted: '100 MiB free',
      got: '99 MiB',
      fix: `df -h ${home}   # free some space`,
    },
  ]);
  matches(t, await Array.fromAsync(checkSpace(home, room({ ffree: 999 }))), [
    { wanted: '1000 free inodes', got: '999' },
  ]);
  t.same(await Array.fromAsync(checkSpace(home, room({ files: 0, ffree: 0 }))), [], 'btrfs counts none');
  t.same(await Array.fromAsync(checkSpace(join(home, 'nowhere'), room({ bavail: 0 }))), []);
});

t.test('a clock that had been ahead, and a file system with another time', async t => {
  const home = t.testdir({});
  const now = Date.now();
  t.same(await Array.fromAsync(checkClock(home, now + 59_000, () => now)), []);
  t.same(await Array.fromAsync(checkClock(home, null, () => now)), []);
  matches(t, await Array.fromAsync(checkClock(home, now + 61_000, () => now)), [
    { area: 'clock', subject: 'the last event' },
  ]);
  const apart = await Array.fromAsync(checkClock(home, null, () => now - 3_600_000));
  matches(t, apart, [{ area: 'clock', subject: home, got: /^36\d\d s apart$/ }]);
});
