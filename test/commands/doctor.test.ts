/** Everything that `doctor` looks for, made wrong on purpose: found, said with the command that fixes it, and fixed. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import { checkRuntime, isOlder } from '../../src/commands/doctor/check-runtime.ts';
import { sqliteTrouble } from '../../src/store/sqlite-trouble.ts';
import { type Belfry, belfry } from '../support/belfry.ts';
import { matches } from '../support/matches.ts';
import { must } from '../support/run.ts';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

interface Finding {
  area: string;
  subject: string;
  level: string;
  wanted: string;
  got: string;
  fix: string;
  fixable: boolean;
  fixed: boolean;
}

async function doctor(bell: Belfry, ...more: string[]) {
  const ran = await bell.run(['doctor', '--json', ...more]);
  const report = ran.json<{ ok: boolean; findings: Finding[]; repositories: number | null }>();
  t.equal(ran.status, report.ok ? 0 : 1, 'the exit status says it too');
  return { ...report, wrong: report.findings.filter(one => one.level === 'problem') };
}

t.test('a healthy installation', async t => {
  const { belfry, webhook } = await tower(t);
  await webhook('/hook', ['--all', '--generate-secret']);
  const { ok, wrong, repositories } = await doctor(belfry);
  t.same(wrong, []);
  t.ok(ok);
  t.equal(repositories, 1);
  const said = (await belfry.run(['doctor'])).stdout;
  t.match(said, /^repositories {2}ok; 1 checked$/m);
  t.match(said, /^No problems found$/m);
});

t.test('before anything is installed', async t => {
  const bell = belfry(t, t.testdir({}), 'home', { made: false });
  const { wrong } = await doctor(bell);
  matches(t, wrong, [{ area: 'home', wanted: 'a home', got: 'none', fixable: false }]);
  t.notOk(existsSync(bell.home), 'it makes none');
  const said = (await bell.run(['doctor'])).stdout;
  t.match(said, /^runtime {7}ok$/m);
  for (const area of ['database', 'key', 'spool', 'clock', 'repositories'])
    t.match(said, new RegExp(`^${area} +not checked$`, 'm'), 'nothing is fine that was not checked');
});

t.test('repositories', async t => {
  const { belfry: bell, dir, root, repository } = await tower(t);
  const env = bell.env;
  const bare = async (name: string) => {
    await must('git', ['init', '--quiet', '--bare', join(root, name)], { env });
    return join(root, name);
  };
  const hookOf = (path: string) => join(path, 'hooks', 'post-receive');
  const replace = (path: string, from: string | RegExp, to: string) =>
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to), { mode: 0o755 });
  const [stale, home, mode, foreign, dispatcher, options] = await Promise.all(
    ['stale', 'home', 'mode', 'foreign', 'dispatcher', 'options'].map(name => bare(`acme/${name}.git`)),
  );
  await bell.json(['install', root]);
  const missing = await bare('acme/it is new.git');
  replace(hookOf(stale!), 'exit $belfry_status', 'exit 0 # as it was');
  replace(hookOf(home!), /^belfry_home=.*$/m, "belfry_home='/somewhere/else'");
  chmodSync(hookOf(mode!), 0o644);
  writeFileSync(hookOf(foreign!), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  writeFileSync(hookOf(dispatcher!), '#!/bin/sh\nfor f in "$0.d"/*; do "$f"; done\n', { mode: 0o755 });
  await must('git', ['-C', options!, 'config', 'receive.advertisePushOptions', 'false'], { env });

  const install = `belfry --home ${bell.home} install`;
  const rows: [path: string, got: RegExp, fix: string][] = [
    [hookOf(missing), /^none$/, `${install} '${missing}'`],
    [hookOf(stale!), /another version/, `${install} ${stale}`],
    [hookOf(home!), /another home: \/somewhere\/else$/, `${install} ${home}`],
    [hookOf(mode!), /^mode 644$/, `chmod 755 ${hookOf(mode!)}`],
    [hookOf(foreign!), /another hook, which does not run it/, `${install} ${foreign}`],
    [join(`${hookOf(dispatcher!)}.d`, 'belfry'), /dispatcher/, `${install} ${dispatcher}`],
  ];
  const found = await doctor(bell);
  for (const [path, got, fix] of rows) {
    const finding = found.wrong.find(({ subject }) => subject === path);
    t.match(finding, { area: 'repositories', got, fix, fixable: true, fixed: false }, path);
  }
  t.equal(found.wrong.length, rows.length, 'and nothing else');
  const [off] = found.findings.filter(one => one.area === 'repositories' && one.level === 'note');
  t.match(off, { subject: options, got: 'false', fix: /config receive.advertisePushOptions true/ });

  const said = await bell.run(['doctor']);
  t.equal(said.status, 1);
  t.match(said.stdout, new RegExp(`${rows.length} problems; belfry doctor --fix fixes ${rows.length}`));

  const fixed = await doctor(bell, '--fix');
  t.ok(fixed.ok);
  t.ok(fixed.wrong.every(one => one.fixed));
  t.same((await doctor(bell)).wrong, [], 'fixed for good');
  t.match(
    readFileSync(join(`${hookOf(foreign!)}.d`, 'post-receive'), 'utf8'),
    'exit 0',
    'the foreign one is kept',
  );

  renameSync(repository.path, join(dir, 'gone.git'));
  t.match(
    (await doctor(bell)).findings.find(one => one.subject === repository.path),
    {
      level: 'note',
      got: 'no such file or directory',
    },
  );
  renameSync(root, join(dir, 'other'));
  matches(t, (await doctor(bell)).wrong, [
    { subject: root, wanted: /directory of a root$/, fix: `belfry --home ${bell.home} uninstall ${root}` },
  ]);
});

t.test('home, key and spool', async t => {
  const { belfry: bell, webhook } = await tower(t);
  const { home } = bell;
  await webhook('/hook', ['--all', '--generate-secret']);
  await bell.stopWorker();
  const at = (...parts: string[]) => join(home, ...parts);
  chmodSync(home, 0o755);
  chmodSync(at('key'), 0o640);
  chmodSync(at('belfry.db'), 0o644);
  chmodSync(at('spool', 'new'), 0o777);
  rmdirSync(at('spool', 'bad'));
  rmSync(at('log'), { recursive: true });
  writeFileSync(at('key.next'), readFileSync(at('key')), { mode: 0o600 });
  const push = 'belfry-push 1\ndirectory /nowhere.git\nhook 999999999\n\n';
  const update = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/main\n`;
  writeFileSync(at('spool', 'tmp', 'orphan'), push + update);
  const hourAgo = Date.now() / 1_000 - 3_600;
  utimesSync(at('spool', 'tmp', 'orphan'), hourAgo, hourAgo);

  const { wrong } = await doctor(bell);
  const rows: [path: string, got: string | RegExp, area: string][] = [
    [home, 'mode 755', 'home'],
    [at('key'), 'mode 640', 'key'],
    [at('belfry.db'), 'mode 644', 'database'],
    [at('spool', 'new'), /777$/, 'spool'],
    [at('spool', 'bad'), 'none', 'spool'],
    [at('log'), 'none', 'home'],
    [at('key.next'), /interrupted/, 'key'],
    [at('spool', 'tmp', 'orphan'), /hook was killed/, 'spool'],
  ];
  for (const [path, got, area] of rows)
    t.match(
      wrong.find(({ subject }) => subject === path),
      { area, got, fixable: true },
      path,
    );
  t.equal(wrong.length, rows.length, 'and nothing else');

  t.ok((await doctor(bell, '--fix')).ok);
  t.equal(statSync(home).mode & 0o777, 0o700);
  t.equal(statSync(at('key')).mode & 0o777, 0o600);
  t.equal(statSync(at('belfry.db')).mode & 0o777, 0o600);
  t.equal(statSync(at('spool', 'new')).mode & 0o3777, 0o2700);
  t.notOk(existsSync(at('key.next')));
  t.notOk(existsSync(at('spool', 'tmp', 'orphan')), 'it went to the worker');
  await until('the orphan set aside', async () => existsSync(at('spool', 'bad', 'orphan')) || null);
  await bell.stopWorker();
  const bad = (await doctor(bell)).wrong;
  matches(t, bad, [
    { area: 'spool', subject: at('spool', 'bad', 'orphan'), fix: /push retry -- orphan /, fixable: false },
  ]);
  rmSync(at('spool', 'bad', 'orphan'));
  rmSync(at('spool', 'bad', 'orphan.reason'));
  t.same((await doctor(bell)).wrong, []);
});

t.test('files of root in the home', async t => {
  if (process.geteuid!() !== 0) return t.pass('skipped', { skip: 'only root can give files away' });
  const { belfry: bell } = await tower(t);
  await bell.stopWorker();
  const file = join(bell.home, 'belfry.db');
  const { chownSync } = await import('node:fs');
  chownSync(file, 65534, 65534);
  matches(t, (await doctor(bell)).wrong, [{ subject: file, got: 'owner 65534', fix: /^chown -h 0:0 / }]);
  t.ok((await doctor(bell, '--fix')).ok);
  t.equal(statSync(file).uid, 0);
});

t.test('the clock', async t => {
  const { belfry: bell, repository, settled, webhook } = await tower(t);
  await webhook('/hook');
  await repository.commit();
  await repository.push(['main']);
  await settled(1);
  await bell.stopWorker();
  const db = new Database(join(bell.home, 'belfry.db'));
  db.prepare('update event set created_at = created_at + 86400000').run();
  db.close();
  matches(t, (await doctor(bell)).wrong, [
    { area: 'clock', subject: 'the last event', got: /the clock jumped back/ },
  ]);
});

t.test('the runtime', async t => {
  const dir = t.testdir({ bin: {}, app: {} });
  const bin = join(dir, 'bin');
  const program = (name: string, text: string) =>
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const well = async () => null;
  const subjects = async () =>
    (await Array.fromAsync(checkRuntime(join(dir, 'app'), well, bin))).map(one => [one.subject, one.level]);
  const node = join(dir, 'app', 'node_modules', '.bin', 'node');
  t.same(await subjects(), [
    [node, 'problem'],
    ['git', 'problem'],
    ['setsid', 'note'],
  ]);
  program('git', 'echo git version 2.20.1');
  program('setsid', 'exit 0');
  mkdirSync(join(dir, 'app', 'node_modules', '.bin'), { recursive: true });
  writeFileSync(node, '#!/bin/sh\necho v24.1.0\n', { mode: 0o755 });
  matches(t, await Array.fromAsync(checkRuntime(join(dir, 'app'), well, bin)), [
    { subject: 'git', got: 'git 2.20.1' },
  ]);
  program('git', 'echo git version 2.31.0');
  t.same(await subjects(), []);
  writeFileSync(node, '#!/bin/sh\necho v20.19.2\n', { mode: 0o755 });
  matches(t, await Array.fromAsync(checkRuntime(join(dir, 'app'), well, bin)), [
    { subject: node, got: /^Node 20: hooks/ },
  ]);
  writeFileSync(node, '#!/bin/sh\necho v24.1.0\n', { mode: 0o755 });
  const broken = async () => 'invalid ELF header';
  matches(t, await Array.fromAsync(checkRuntime(join(dir, 'app'), broken, bin)), [
    { subject: 'better-sqlite3', got: 'invalid ELF header', fix: /^\.\/install\.sh / },
  ]);
  t.equal(await sqliteTrouble(), null, 'here it is well');
  t.same(['2.30.9', '2.31.0', '3.0.0', '1.99.0'].map(isOlder), [true, false, false, true]);
});

t.test('a terminal of 80 columns, and thousands of repositories with the same trouble', async t => {
  const { belfry: bell, root } = await tower(t);
  for (let i = 0; i < 15; i++) {
    const path = join(root, 'acme', `r${i}.git`);
    for (const folder of ['objects', 'refs']) mkdirSync(join(path, folder), { recursive: true });
    writeFileSync(join(path, 'HEAD'), 'ref: refs/heads/main\n');
    writeFileSync(join(path, 'config'), '[core]\n\tbare = true\n');
  }
  const { stdout } = await bell.run(['doctor']);
  t.match(stdout, /and 5 more: see belfry doctor --json/);
  const long = stdout
    .split('\n')
    .filter(line => line.length > 80 && !line.includes(root) && !line.includes(bell.home));
  t.same(long, [], 'only paths of the test’s own are longer');
  t.equal((await doctor(bell)).wrong.length, 15);
});
