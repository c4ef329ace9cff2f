/** The command that `doctor` names for a finding, given to a shell as it stands, fixes it. */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import { checkEntrance } from '../../src/commands/doctor/check-home.ts';
import { lockHolders } from '../../src/host/process-state.ts';
import { type Belfry, NODE, PROJECT } from '../support/belfry.ts';
import { uncommentedChoices } from '../support/fix-blocks.ts';
import { matches } from '../support/matches.ts';
import { must, run } from '../support/run.ts';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

interface Finding {
  area: string;
  subject: string;
  level: string;
  got: string;
  fix: string;
  fixable: boolean;
}

/** `belfry` on the PATH, without a home of its own: the commands must name the one they mean. */
function shell(dir: string, bell: Belfry) {
  const bin = join(dir, 'bin');
  mkdirSync(bin, { recursive: true });
  const text = `#!/bin/sh\nexec ${NODE} ${join(PROJECT, 'src', 'cli.ts')} "$@"\n`;
  writeFileSync(join(bin, 'belfry'), text, { mode: 0o755 });
  const env = { ...bell.env, PATH: `${bin}:${bell.env.PATH}` };
  return (script: string) => run('sh', ['-c', script], { cwd: dir, env });
}

async function findings(bell: Belfry): Promise<Finding[]> {
  const { findings } = (await bell.run(['doctor', '--json'])).json<{ findings: Finding[] }>();
  for (const { fix } of findings)
    if (uncommentedChoices(fix).length > 0)
      throw new Error(`wanted each other way as a comment, got:\n${fix}`);
  return findings;
}

/** The last line of a fix, which is a comment because a person has to choose it, as a command. */
function otherWay(fix: string): string {
  return fix
    .split('\n')
    .at(-1)!
    .replace(/^# (or [^:]*: )?/, '');
}

const wrong = async (bell: Belfry) => (await findings(bell)).filter(({ level }) => level === 'problem');

t.test('every command fixes its problem', async t => {
  const { belfry: bell, dir, root, webhook } = await tower(t);
  const { home, env } = bell;
  await webhook('/hook', ['--all', '--generate-secret']);
  await bell.stopWorker();
  const at = (...parts: string[]) => join(home, ...parts);
  const sh = shell(dir, bell);
  const spooled = `belfry-push 1\ndirectory /nowhere.git\nhook 999999999\n\n${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/main\n`;
  const hourAgo = Date.now() / 1_000 - 3_600;
  const old = (path: string) => {
    writeFileSync(path, spooled);
    utimesSync(path, hourAgo, hourAgo);
  };
  const bare = async (name: string) => {
    const path = join(root, 'acme', `${name}.git`);
    await must('git', ['init', '--quiet', '--bare', path], { env });
    return path;
  };
  const hook = (path: string) => join(path, 'hooks', 'post-receive');
  const [stale, mode, foreign, gone] = await Promise.all(['stale', 'mode', 'foreign', 'gone'].map(bare));
  await bell.json(['install', root]);
  const other = join(dir, 'other root');
  mkdirSync(other);
  await bell.json(['install', other]);

  const missing = await bare("it's new");
  writeFileSync(hook(stale!), readFileSync(hook(stale!), 'utf8').replace('exit $belfry_status', 'exit 0'));
  chmodSync(hook(mode!), 0o644);
  writeFileSync(hook(foreign!), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  rmSync(gone!, { recursive: true });
  rmdirSync(other);
  chmodSync(home, 0o755);
  chmodSync(at('key'), 0o640);
  chmodSync(at('belfry.db'), 0o644);
  chmodSync(at('spool', 'new'), 0o777);
  rmSync(at('log'), { recursive: true });
  writeFileSync(at('key.next'), readFileSync(at('key')), { mode: 0o600 });
  const draft = at('key.next.0123456789abcdef');
  old(draft);
  old(at('spool', 'tmp', 'orphan'));
  old(at('spool', 'new', 'waiting'));

  const found = await wrong(bell);
  const subjects = [
    ...[home, at('key'), at('key.next'), draft, at('belfry.db'), at('log'), at('spool', 'new'), other],
    ...[at('spool', 'tmp', 'orphan'), at('spool', 'new', 'waiting')],
    ...[missing, stale!, mode!, foreign!].map(hook),
  ];
  t.same(found.map(({ subject }) => subject).sort(), subjects.sort(), 'everything is found');
  const notes = (await findings(bell)).filter(({ level }) => level === 'note');
  t.ok(
    notes.some(({ subject }) => subject === gone),
    'what is gone is only noted',
  );

  // What `--fix` fixes comes last: it would fix the others along.
  const byFix = found.filter(({ fix }) => fix.includes('--fix'));
  for (const { fix } of found.filter(one => !byFix.includes(one))) {
    const ran = await sh(fix);
    t.equal(ran.status, 0, `${fix}: ${ran.stderr}`);
  }
  const still = (await wrong(bell)).filter(({ subject }) => !subject.startsWith(at('spool', 'bad')));
  const others = still.filter(({ subject }) => byFix.every(one => one.subject !== subject));
  t.same(others, [], 'all the others are well');
  for (const { fix } of byFix) await sh(fix);
  await until('the orphan to be set aside', () => existsSync(at('spool', 'bad', 'orphan')));
  await bell.stopWorker();
  const left = await wrong(bell);
  t.same(
    left.map(({ area }) => area),
    left.map(() => 'spool'),
    'what is left are the two pushes of a repository that does not exist',
  );
  for (const { fix } of left) t.equal((await sh(otherWay(fix))).status, 0);
  t.same(await wrong(bell), []);
  for (const { fix } of await findings(bell)) t.equal((await run('sh', ['-n', '-c', fix])).status, 0, fix);
});

t.test('a database that another process keeps locked', async t => {
  const { belfry: bell, dir } = await tower(t);
  await bell.stopWorker();
  const file = join(bell.home, 'belfry.db');
  const program = `const db = new (require('better-sqlite3'))(process.argv[1]);
    if (process.argv[2]) db.pragma('locking_mode = exclusive');
    db.exec('begin immediate; create table mine (x)'); console.log('locked'); setInterval(() => {}, 1e6);`;
  for (const how of ['', 'exclusive']) {
    const holder = run(NODE, ['-e', program, file, how], { cwd: PROJECT }).catch(() => null);
    const [holding] = await until('the lock', async () => {
      const holders = await lockHolders([file, `${file}-shm`]);
      return holders.length > 0 && holders;
    });
    const [found, ...more] = await wrong(bell);
    t.match(found, {
      area: 'database',
      subject: file,
      got: new RegExp(`by another process for 5 s: process ${holding!.pid} `),
    });
    t.same(more, []);
    t.notMatch(found!.fix, /belfry restore|damaged/, 'nothing is thrown away for a lock');
    t.match(found!.fix, /^# wait first/, 'pasted as it stands it ends nothing');
    t.equal((await shell(dir, bell)(otherWay(found!.fix))).status, 0);
    await holder;
    t.same(await wrong(bell), [], 'its command fixes it');
  }
});

t.test('what is due, with no worker', async t => {
  const { belfry: bell, dir, receiver, repository, settled, webhook } = await tower(t);
  await webhook('/hook');
  await repository.commit();
  await repository.push(['main']);
  await settled(1);
  await bell.stopWorker('SIGKILL');
  const notes = (await findings(bell)).filter(({ area }) => area === 'worker');
  matches(t, notes, [{ level: 'note', got: /a worker that was killed/ }]);
  const db = new Database(join(bell.home, 'belfry.db'));
  db.exec(
    `update delivery set state = 'pending', retry = 0, next_attempt_at = 1, created_at = created_at - 3600000`,
  );
  db.close();
  const [found, ...more] = await wrong(bell);
  t.match(found, {
    area: 'worker',
    subject: 'deliveries that are due',
    got: /1 webhook waiting/,
    fixable: true,
  });
  t.same(more, []);
  t.equal((await shell(dir, bell)(found!.fix)).status, 0);
  t.equal(receiver.requests.length, 2, 'it was sent');
  t.same(await wrong(bell), []);
});

t.test('a setting that the key no longer opens, a log that has grown, a hook of another owner', async t => {
  const { belfry: bell, dir, repository } = await tower(t);
  await bell.json(['config', 'set', 'proxy.http', 'http://me:password@127.0.0.1:3128']);
  await bell.stopWorker();
  rmSync(join(bell.home, 'key'));
  const log = join(bell.home, 'log', 'worker.log');
  writeFileSync(log, '');
  truncateSync(log, 101 * 2 ** 20);
  const sh = shell(dir, bell);
  const [setting, ...more] = await wrong(bell);
  t.match(setting, { area: 'key', subject: 'setting proxy.http', fixable: false });
  t.same(more, []);
  t.equal((await sh(setting!.fix.replace(/ URL$/, ' http://127.0.0.1:3128'))).status, 0);
  t.same(await wrong(bell), []);

  const long = (await findings(bell)).find(({ subject }) => subject === log);
  t.match(long, { area: 'worker', level: 'note', got: '101 MiB' });
  t.equal((await sh(long!.fix)).status, 0);
  t.equal(statSync(log).size, 0);
  t.ok(statSync(`${log}.1`).size >= 101 * 2 ** 20, 'and what it said is kept');

  rmSync(log);
  symlinkSync(join(bell.home, 'key'), log);
  const [linked, ...besides] = await wrong(bell);
  t.match(linked, {
    area: 'worker',
    subject: log,
    got: /symbolic link; the worker writes no log$/,
    fixable: false,
  });
  t.same(besides, []);
  t.equal((await sh(linked!.fix)).status, 0);
  t.same(await wrong(bell), []);

  if (process.geteuid!() !== 0) return;
  const hook = join(repository.path, 'hooks', 'post-receive');
  chownSync(hook, 65534, 65534);
  const [owner, ...others] = await wrong(bell);
  t.match(owner, { area: 'repositories', subject: hook, got: 'owner 65534', fixable: true });
  t.same(others, []);
  t.equal((await sh(owner!.fix)).status, 0);
  t.same(await wrong(bell), []);
});

t.test('a home that is not this user’s', async (t: Test) => {
  const home = join(t.testdir({ home: { spool: {} } }), 'home');
  chmodSync(home, 0o700);
  t.same(await Array.fromAsync(checkEntrance(home)), []);
  if (process.geteuid!() === 0) {
    process.seteuid!(65534);
    const found = await Array.fromAsync(checkEntrance(home)).finally(() => process.seteuid!(0));
    matches(t, found, [
      {
        area: 'home',
        wanted: 'its owner, or root',
        got: 'no permission for user 65534',
        fix: 'sudo belfry doctor',
      },
    ]);
    return;
  }
  chmodSync(home, 0o000);
  const [found] = await Array.fromAsync(checkEntrance(home));
  t.match(found, { area: 'home', fix: `chmod u+rwx ${home}` });
  t.equal((await run('sh', ['-c', found!.fix])).status, 0);
  t.same(await Array.fromAsync(checkEntrance(home)), []);
});

t.test('hooks that were taken out on purpose outside the roots are not put back', async t => {
  const { belfry: bell, dir, root } = await tower(t);
  const outside = join(dir, 'outside.git');
  await must('git', ['init', '--quiet', '--bare', outside], { env: bell.env });
  await bell.json(['install', outside]);
  await bell.json(['uninstall', outside]);
  await bell.run(['doctor', '--fix']);
  t.notOk(existsSync(join(outside, 'hooks', 'post-receive')));
  renameSync(outside, join(root, 'outside.git'));
  t.equal((await bell.run(['doctor', '--fix'])).status, 0);
  t.ok(existsSync(join(root, 'outside.git', 'hooks', 'post-receive')), 'below a root they are wanted');
});
