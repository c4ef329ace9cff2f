/** `belfry log`: the worker's log for people and for programs, and how following it begins and ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { type Belfry, belfry, NODE, PROJECT } from '../support/belfry.ts';
import { must } from '../support/run.ts';
import { until } from '../support/until.ts';

const LINES = [
  '2026-11-23T08:00:00.000Z info the first',
  '2026-11-23T09:00:00.000Z error the second',
  'FATAL ERROR: of Node itself',
  '2026-11-23T10:00:00.000Z warn the third',
];

async function stage(t: Test) {
  const bell = belfry(t, t.testdir({}));
  await bell.json(['status']);
  const log = join(bell.home, 'log', 'worker.log');
  rmSync(log, { force: true });
  return { bell, log };
}

/** `belfry log --follow` as a process of its own, which is what signals end. */
function follow(t: Test, bell: Belfry, ...args: string[]) {
  const child: ChildProcess = spawn(
    NODE,
    [join(PROJECT, 'src/cli.ts'), '--home', bell.home, 'log', '--follow', ...args],
    { env: bell.env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  t.teardown(() => child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout!.on('data', chunk => {
    out += chunk;
  });
  child.stderr!.on('data', chunk => {
    err += chunk;
  });
  const ended = once(child, 'close').then(([status, signal]) => ({ status, signal, err }));
  const said = (text: string) => until(`${JSON.stringify(text)} to be shown`, () => out === text);
  return { child, ended, said, saidOfItself: (text: string) => until(text, () => err === text) };
}

t.test('no log yet', async t => {
  const { bell } = await stage(t);
  const { status, stdout } = await bell.run(['log']);
  t.strictSame([status, stdout], [0, `No log yet: no worker has run for ${bell.home}.\n`]);
  t.strictSame(await bell.json(['log']), []);
});

t.test('the last lines, since when, and for programs', async t => {
  const { bell, log } = await stage(t);
  writeFileSync(log, `${LINES.join('\n')}\n`);
  const shown = async (...args: string[]) => (await bell.run(['log', ...args])).stdout;
  t.equal(await shown(), `${LINES.join('\n')}\n`);
  t.equal(await shown('-n', '1'), `${LINES[3]}\n`);
  t.equal(await shown('--lines', '0'), '');
  t.equal(await shown('--since', '2026-11-23T09:00:00Z'), `${LINES.slice(1).join('\n')}\n`);
  t.equal(await shown('--since', '2026-11-23T09:00:00Z', '--lines', '1'), `${LINES[3]}\n`);
  t.equal(await shown('--since', '2026-11-23T09:00:00Z', '--lines', '0'), '');
  t.strictSame(await bell.json(['log', '--lines', '3']), [
    { at: Date.parse('2026-11-23T09:00:00Z'), level: 'error', message: 'the second' },
    { at: null, level: null, message: 'FATAL ERROR: of Node itself' },
    { at: Date.parse('2026-11-23T10:00:00Z'), level: 'warn', message: 'the third' },
  ]);
  t.equal(readFileSync(log, 'utf8'), `${LINES.join('\n')}\n`, 'and looking changes nothing');

  writeFileSync(log, '\u001b[31mred\u0007\n');
  t.equal(await shown(), '\\x1b[31mred\\x07\n', 'nothing of it reaches a terminal as it is');
  const many = Array.from({ length: 40 }, (_, index) => `line ${index}`);
  writeFileSync(log, `${many.join('\n')}\n`);
  t.equal(await shown(), `${many.slice(10).join('\n')}\n`);
});

t.test('what it refuses', async t => {
  const { bell } = await stage(t);
  for (const lines of ['-1', '1.5', '100001']) {
    const { status, stderr } = await bell.run(['log', `--lines=${lines}`]);
    t.strictSame(
      [status, stderr],
      [2, `belfry: --lines: wanted a whole number from 0 to 100000, got ${lines}\n`],
    );
  }
  t.equal((await bell.run(['log', '--since', 'yesterday'])).status, 2);
  const none = await bell.run(['log', '--home', join(bell.home, 'none')]);
  t.equal(none.status, 1);
  t.match(none.stderr, `belfry: No home of belfry at ${join(bell.home, 'none')}: it does not exist\n`);
});

t.test('a home without a database still tells what its worker said', async t => {
  const { bell, log } = await stage(t);
  writeFileSync(log, `${LINES[0]}\n`);
  rmSync(join(bell.home, 'belfry.db'));
  t.equal((await bell.run(['log'])).stdout, `${LINES[0]}\n`);
});

t.test('following, from before the first worker to Ctrl-C', async t => {
  const { bell, log } = await stage(t);
  const { child, ended, said, saidOfItself } = follow(t, bell);
  await saidOfItself(`No log yet: no worker has run for ${bell.home}. Waiting for one.\n`);
  writeFileSync(log, `${LINES[0]}\n`);
  await said(`${LINES[0]}\n`);
  renameSync(log, `${log}.1`);
  writeFileSync(log, `${LINES[1]}\n`);
  await said(`${LINES[0]}\n${LINES[1]}\n`);
  child.kill('SIGINT');
  const { status, signal } = await ended;
  t.strictSame([status, signal], [null, 'SIGINT'], 'as the shell that has started it wants to know');
});

t.test('following for a program: a document for each line, until it has had enough', async t => {
  const { bell, log } = await stage(t);
  writeFileSync(log, `${LINES.slice(0, 2).join('\n')}\n`);
  const { child, ended, said } = follow(t, bell, '--json', '--lines', '1');
  const second = `{"at":${Date.parse('2026-11-23T09:00:00Z')},"level":"error","message":"the second"}\n`;
  await said(second);
  appendFileSync(log, 'a\nb\n');
  await said(`${second}{"at":null,"level":null,"message":"a"}\n{"at":null,"level":null,"message":"b"}\n`);
  child.stdout!.destroy();
  const more = setInterval(() => appendFileSync(log, 'c\n'), 50);
  const { status, err } = await ended.finally(() => clearInterval(more));
  t.strictSame([status, err], [0, '']);
});

t.test('root reads it as the owner of the home', async t => {
  if (process.getuid!() !== 0) return t.pass('skipped', { skip: 'only root' });
  const { bell, log } = await stage(t);
  writeFileSync(log, `${LINES[0]}\n`);
  await must('chown', ['-R', '65534:65534', bell.home], { env: { PATH: process.env.PATH ?? '' } });
  t.equal((await bell.run(['log'])).stdout, `${LINES[0]}\n`);
  chownSync(log, 0, 0);
  chmodSync(log, 0o600);
  const refused = await bell.run(['log']);
  t.equal(refused.stdout, '', 'what he may not read it does not show him');
  const wanted = `belfry: The log of the home ${bell.home} belongs to user 0\n  \`sudo belfry doctor --fix\` `;
  t.equal(refused.stderr.slice(0, wanted.length), wanted);
});
