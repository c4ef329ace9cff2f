/** The worker's log is opened by the worker, as the home's owner, and nothing that lies in its place is written into. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { prepareHome } from '../../src/host/home.ts';
import { logProblem, openLines } from '../../src/host/worker-log.ts';
import { livingWorker, pidLeft, writePid } from '../../src/host/worker-process.ts';
import { belfry, makeHome, NODE, PROJECT } from '../support/belfry.ts';
import { environment } from '../support/environment.ts';
import { must, run } from '../support/run.ts';

const SYSTEM = { env: { PATH: process.env.PATH ?? '' } };

t.test('what lies in place of the log is not written into, and the worker works all the same', async t => {
  const dir = t.testdir({ home: {}, canary: 'untouched' });
  const home = join(dir, 'home');
  await makeHome(home);
  const log = join(home, 'log', 'worker.log');
  t.equal(logProblem(home), null, 'none is there yet');
  t.same(readdirSync(join(home, 'log')), [], 'and asking makes none');
  const planted: [what: string, plant: () => unknown, reason: RegExp][] = [
    ['a link', () => symlinkSync(join(dir, 'canary'), log), /it is a symbolic link$/],
    ['a link to nothing', () => symlinkSync(join(dir, 'made'), log), /it is a symbolic link$/],
    ['another name', () => linkSync(join(dir, 'canary'), log), /it has a second name \(hard link\)$/],
    ['a pipe', () => must('mkfifo', [log], SYSTEM), /it is not a file$/],
    ['a directory', () => mkdirSync(log), /EISDIR/],
  ];
  for (const [what, plant, reason] of planted) {
    await plant();
    t.match(logProblem(home), reason, what);
    const ran = await run(NODE, [join(PROJECT, 'src/worker.ts'), '--home', home, '--once'], {
      env: environment(dir),
    });
    t.match(ran, { status: 0, stderr: /belfry: The worker's log .* cannot be used: / }, what);
    t.match(ran.stderr, /nothing is pending\n$/, 'it says the rest where it was told to');
    rmSync(log, { recursive: true });
  }
  t.equal(readFileSync(join(dir, 'canary'), 'utf8'), 'untouched');
  t.notOk(readdirSync(dir).includes('made'));
});

t.test('lines go into the file of that name, whatever is done to it meanwhile', async t => {
  const dir = t.testdir({ home: { log: {} }, canary: 'untouched' });
  const home = join(dir, 'home');
  const log = join(home, 'log', 'worker.log');
  const read = (name = log) => readFileSync(name, 'utf8');
  let now = 0;
  const say = openLines(home, { now: () => now });
  say('one\n');
  t.equal(read(), 'one\n');
  renameSync(log, `${log}.old`);
  say('two\n');
  t.strictSame([read(`${log}.old`), read()], ['one\n', 'two\n'], 'moved aside');
  t.equal(statSync(log).mode & 0o777, 0o600);
  truncateSync(log);
  say('three\n');
  t.equal(read(), 'three\n', 'emptied in place');

  truncateSync(log, 50 * 2 ** 20);
  say('four\n');
  t.strictSame([read(), statSync(`${log}.1`).size], ['four\n', 50 * 2 ** 20], 'too long: one before is kept');

  renameSync(log, `${log}.old`);
  symlinkSync(join(dir, 'canary'), log);
  say('five\n');
  t.strictSame([read(`${log}.old`), read(join(dir, 'canary'))], ['four\nfive\n', 'untouched'], 'a link');

  rmSync(log);
  say('six\n');
  rmSync(join(home, 'log'), { recursive: true });
  say('seven\n');
  t.strictSame(readdirSync(home), [], 'in a home that is being removed nothing is made');
  mkdirSync(join(home, 'log'));
  say('eight\n');
  t.strictSame(readdirSync(join(home, 'log')), []);
  now += 10_000;
  say('nine\n');
  t.equal(read(), 'nine\n', 'but where it stays it is not without a log for ever');
});

t.test('whoever starts a worker, its lines stand in the one log', async t => {
  const dir = t.testdir({});
  const bell = belfry(t, dir);
  const log = join(bell.home, 'log', 'worker.log');
  const read = () => readFileSync(log, 'utf8');
  const lines = (text: string) => text.match(/ info nothing is pending$/gm)?.length ?? 0;
  const { stderr } = await bell.run(['worker', '--once']);
  t.equal(lines(stderr), 1, 'in the foreground it says them too');
  t.equal(read(), stderr);
  const [program, app] = [join(PROJECT, 'src/start-worker.sh'), join(PROJECT, 'src/cli.ts')];
  const once = ['--home', bell.home, '--once'];
  const quiet = await run('sh', [program, NODE, ...once], { env: bell.env });
  t.strictSame([quiet.status, quiet.stdout, quiet.stderr], [0, '', ''], 'as hooks, units and crontabs do it');
  t.equal(lines(read()), 2);
  const led = ['-c', 'exec "$@" 2>>"$0"', log, NODE, app, 'worker', ...once];
  t.equal((await run('sh', led, { env: bell.env })).status, 0);
  t.equal(lines(read()), 3, 'led into the log it says nothing twice');

  rmSync(log);
  symlinkSync(join(dir, 'none'), log);
  const refused = await bell.run(['worker', '--once']);
  t.equal(refused.status, 0);
  t.match(refused.stderr, `note: The worker's log ${log} cannot be used: it is a symbolic link\n`);
  t.equal(lines(refused.stderr), 1);
});

t.test('somebody else’s file is no log', { skip: process.getuid!() !== 0 && 'only root' }, async t => {
  const home = t.testdir({});
  await prepareHome(home);
  const log = join(home, 'log', 'worker.log');
  writeFileSync(log, 'mine\n');
  chownSync(log, 65534, 65534);
  t.match(logProblem(home), /it belongs to account 65534$/);
});

t.test('started by root, it is the owner’s from the first line', async t => {
  if (process.getuid!() !== 0) return t.pass('skipped', { skip: 'only root' });
  const home = t.testdir({});
  await makeHome(home);
  await must('chown', ['-R', '65534:65534', home], SYSTEM);
  const ran = await run(NODE, [join(PROJECT, 'src/worker.ts'), '--home', home, '--once'], {
    env: environment(home),
  });
  t.match(ran, { status: 0, stdout: '', stderr: '' });
  const info = statSync(join(home, 'log', 'worker.log'));
  t.same([info.uid, info.mode & 0o777], [65534, 0o600]);
});

t.test('what Node says when it dies stands in the log', async t => {
  const home = t.testdir({ log: {} });
  const program = `
    import { takeLog } from ${JSON.stringify(join(PROJECT, 'src/host/worker-log.ts'))};
    takeLog(${JSON.stringify(home)});
    process.stdout.write('out\\n');
    process.stderr.write('err\\n');
    const kept = [];
    for (;;) kept.push(new Array(1e6).fill(kept.length));`;
  const child = spawn(NODE, ['--max-old-space-size=50', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', chunk => said.push(chunk));
  await once(child, 'close');
  t.equal(Buffer.concat(said).toString(), '');
  const log = readFileSync(join(home, 'log', 'worker.log'), 'utf8');
  t.match(log, /^out\nerr\n/);
  t.match(log, /heap out of memory/);
});

t.test('nobody reads what a starter’s worker says: why it cannot start goes to the system’s log', async t => {
  const dir = t.testdir({ home: {}, bin: {}, file: '' });
  const bell = belfry(t, dir);
  const said = join(dir, 'logged');
  writeFileSync(join(dir, 'bin', 'logger'), `#!/bin/sh\nprintf '%s\\n' "$@" >>'${said}'\n`, { mode: 0o755 });
  const env = { ...bell.env, PATH: `${join(dir, 'bin')}:${bell.env.PATH}` };
  const start = (node: string, home: string) =>
    run(
      'sh',
      ['-c', 'sh "$@" >/dev/null 2>&1', 'sh', join(PROJECT, 'src/start-worker.sh'), node, '--home', home],
      { env },
    );
  t.not((await start(join(dir, 'no-node'), bell.home)).status, 0);
  t.match(readFileSync(said, 'utf8'), /the worker cannot start: .*no-node cannot be run/);
  rmSync(said);
  t.equal((await start(NODE, join(dir, 'file', 'home'))).status, 1);
  t.match(readFileSync(said, 'utf8'), /the worker cannot start: No home of belfry at .*file\/home: /);
});

t.test('the file with the process id: whole, through no link, and no pipe is waited for', async t => {
  const dir = t.testdir({ home: {}, canary: 'untouched' });
  const home = join(dir, 'home');
  const file = join(home, 'worker.pid');
  symlinkSync(join(dir, 'canary'), file);
  t.equal(await livingWorker(home), null);
  t.equal(await pidLeft(home), false);
  await writePid(home, process.pid);
  t.equal(readFileSync(join(dir, 'canary'), 'utf8'), 'untouched');
  t.equal(readFileSync(file, 'utf8'), `${process.pid}\n`);
  t.same(readdirSync(home), ['worker.pid']);
  rmSync(file);
  await must('mkfifo', [file], SYSTEM);
  t.equal(await livingWorker(home), null);
  await writePid(home, process.pid);
  t.equal(await pidLeft(home), true);
  rmSync(file);
  mkdirSync(file);
  await t.rejects(writePid(home, process.pid));
  t.same(readdirSync(home), ['worker.pid'], 'nothing is left over');
});
