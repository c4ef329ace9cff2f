/** The worker's log as it is read: the last lines, and those that come, whatever is done to the file meanwhile. */
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openLogReader } from '../../src/host/read-log.ts';
import { must } from '../support/run.ts';

function place(t: Test) {
  const dir = t.testdir({ home: { log: {} }, secret: { 'worker.log': 'secret\n' } });
  const home = join(dir, 'home');
  return { home, log: join(home, 'log', 'worker.log'), secret: join(dir, 'secret') };
}

async function last(home: string, most: number): Promise<string[]> {
  await using reader = await openLogReader(home);
  return await reader.lines(most);
}

t.test('the last lines, also of the log before', async t => {
  const { home, log } = place(t);
  t.strictSame(await last(home, 3), []);
  writeFileSync(log, '');
  t.strictSame(await last(home, 3), []);
  writeFileSync(log, 'a\nb\n\nc\nunfinished');
  t.strictSame(await last(home, 0), []);
  t.strictSame(await last(home, 1), ['c']);
  t.strictSame(await last(home, 3), ['b', '', 'c']);
  t.strictSame(await last(home, 9), ['a', 'b', '', 'c']);
  writeFileSync(`${log}.1`, 'x\ny\nz\n');
  t.strictSame(await last(home, 4), ['a', 'b', '', 'c']);
  t.strictSame(await last(home, 6), ['y', 'z', 'a', 'b', '', 'c']);
  rmSync(log);
  t.strictSame(await last(home, 2), ['y', 'z'], 'it was moved aside just now');
});

t.test('a log of any length: of a line that is cut at the beginning nothing is shown', async t => {
  const { home, log } = place(t);
  writeFileSync(log, `${'x'.repeat(1_000)}\n`.repeat(17_000));
  const lines = await last(home, 100_000);
  t.equal(lines.length, Math.floor((16 * 2 ** 20) / 1_001));
  t.strictSame([...new Set(lines)], ['x'.repeat(1_000)]);
  truncateSync(log, 0);
  truncateSync(log, 40 * 2 ** 20);
  t.strictSame(await last(home, 5), [], 'no line at all');
});

t.test('following: what is written, behind a rotation and a truncation too', async t => {
  const { home, log } = place(t);
  await using reader = await openLogReader(home);
  t.notOk(await reader.exists());
  t.strictSame(await reader.lines(5), []);
  const follow = reader.follow();
  const next = async () => (await follow.next()).value;
  writeFileSync(log, 'first\n');
  t.strictSame(await next(), ['first'], 'a log that is made only now');
  appendFileSync(log, 'second\nthi');
  t.strictSame(await next(), ['second']);
  appendFileSync(log, 'rd\n');
  t.strictSame(await next(), ['third'], 'a line is given when it is whole');

  renameSync(log, `${log}.1`);
  appendFileSync(`${log}.1`, 'last words\n');
  writeFileSync(log, 'anew\n');
  t.strictSame([...(await next())!, ...(await next())!], ['last words', 'anew'], 'moved aside');

  writeFileSync(log, 'x\n');
  t.strictSame(await next(), ['x'], 'emptied in place');

  const long = 'y'.repeat(2 ** 20);
  appendFileSync(log, `${long}yy\nend\n`);
  t.strictSame(await next(), [long, 'yy', 'end'], 'a line that is too long comes in parts');

  rmSync(join(home, 'log'), { recursive: true });
  t.strictSame(await follow.next(), { value: undefined, done: true });
});

t.test('nothing that lies in its place is followed, or waited for', async t => {
  const { home, log, secret } = place(t);
  const planted: [what: string, plant: () => unknown, got: string][] = [
    ['a link', () => symlinkSync(join(secret, 'worker.log'), log), 'a symbolic link'],
    ['a pipe', () => must('mkfifo', [log], { env: { PATH: process.env.PATH ?? '' } }), 'a pipe'],
    ['a directory', () => mkdirSync(log), 'a directory'],
  ];
  for (const [what, plant, got] of planted) {
    await plant();
    await t.rejects(last(home, 1), { message: `${log}: wanted a regular file, got ${got}` }, what);
    rmSync(log, { recursive: true });
  }
  writeFileSync(log, 'mine\n');
  await using reader = await openLogReader(home);
  await reader.lines(0);
  const follow = reader.follow();
  rmSync(log);
  symlinkSync(join(secret, 'worker.log'), log);
  await t.rejects(
    follow.next(),
    { message: `${log}: wanted a regular file, got a symbolic link` },
    'swapped while it is followed',
  );
  rmSync(join(home, 'log'), { recursive: true });
  symlinkSync(secret, join(home, 'log'));
  await t.rejects(last(home, 1), {
    message: `${join(home, 'log')}: wanted a directory, got a symbolic link`,
  });
});
