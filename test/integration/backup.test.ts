/** Backups while everything goes on, and what a restored one does: it waits for the admin, and nothing is lost by it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import Database from 'better-sqlite3';
import t from 'tap';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { MIGRATIONS } from '../store/stage.ts';
import { answer } from '../support/behaviour.ts';
import { type Belfry, belfry, NODE, PROJECT } from '../support/belfry.ts';
import { requestStage } from '../support/request-stage.ts';
import { run } from '../support/run.ts';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

const NOBODY = 65534;

/** What is in a database file, read by itself. */
function ask(file: string, sql: string): unknown[] {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return db.prepare(sql).pluck().all();
  } finally {
    db.close();
  }
}

/** Adds users, one transaction each, until it is ended; says so after each hundred. */
const BUSY = `
const { openStore } = await import(process.argv[1]);
const store = openStore({ home: process.argv[2], migrations: process.argv[3], opening: 'use' });
for (let n = 0; ; n++) {
  await store.users.ensure('user-' + n, {}, n);
  if (n % 100 === 99) process.stdout.write(n + '\\n');
}`;

t.test('beside a process that writes all the time it ends, and is whole', async t => {
  const dir = t.testdir({});
  const bell = belfry(t, dir);
  await bell.json(['user', 'add', 'alice']);
  const script = [
    '--input-type=module',
    '-e',
    BUSY,
    join(PROJECT, 'src/store/sqlite.ts'),
    bell.home,
    MIGRATIONS,
  ];
  const writer = spawn(NODE, script, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => writer.kill('SIGKILL'));
  let written = 0;
  writer.stdout.on('data', text => {
    written = Number(String(text).trim().split('\n').at(-1));
  });
  await once(writer.stdout, 'data');
  for (let time = 0; time < 3; time++) {
    const before = written;
    const file = join(dir, 'belfry.db');
    t.match(await bell.json(['backup', file]), { file, schema: Number, webhooks: 0, key: null });
    t.same(ask(file, 'pragma integrity_check'), ['ok']);
    const users = ask(file, `select login from user where login glob 'user-*' order by id`);
    t.ok(users.length > before, `what stood in the log is in it: ${users.length} users, ${before} before`);
    t.same(
      users,
      users.map((_, n) => `user-${n}`),
      'one moment of it',
    );
    t.ok(written >= before, 'the writer goes on');
    t.equal(statSync(file).mode & 0o777, 0o600);
  }
  writer.kill('SIGKILL');
  t.same(
    readdirSync(dir).filter(name => /part|journal|wal/.test(name)),
    [],
  );
});

t.test('while the worker delivers', async t => {
  const { belfry: bell, dir, receiver, repository, settled, webhook } = await tower(t);
  await webhook('/hook', ['--all', '--generate-secret']);
  receiver.script('/hook', response => void setTimeout(() => response.end('ok'), 20));
  await repository.commit();
  const names = Array.from({ length: 40 }, (_, n) => `HEAD:refs/heads/b${n}`);
  await repository.push(names);
  await receiver.received(1);
  const file = join(dir, 'belfry.db');
  const { key } = await bell.json<{ key: string }>(['backup', file]);
  t.same(ask(file, 'pragma integrity_check'), ['ok']);
  t.same(ask(file, 'select count(*) from delivery'), [40]);
  await settled(40);
  t.equal(receiver.at('/hook').length, 40, 'each once');

  const said = await bell.run(['backup', file]);
  t.match(
    said.stdout,
    `sealed with the key ${key}\nBack up the key too, in another place: belfry --home ${bell.home} key backup FILE`,
  );
  const keyFile = join(dir, 'belfry.key');
  t.match((await bell.run(['key', 'backup', keyFile])).stdout, `Backed up the key ${key} to ${keyFile}`);
  t.equal(readFileSync(keyFile, 'utf8'), readFileSync(join(bell.home, 'key'), 'utf8'));
  t.equal(statSync(keyFile).mode & 0o777, 0o600);
});

t.test('where it may not go', async t => {
  const dir = t.testdir({});
  const bell = belfry(t, dir);
  await bell.json(['user', 'add', 'alice']);
  for (const [file, said] of [
    [join(bell.home, 'belfry.db'), /would be lost with the home/],
    [join(bell.home, 'key'), /would be lost with the home/],
    ['', /Missing file/],
    [dir, /got a directory/],
    [join(dir, 'missing', 'belfry.db'), /cannot be written: ENOENT/],
  ] as const)
    t.match(await bell.run(['backup', file]), { stdout: '', stderr: said }, file);
  t.match(await bell.run(['key', 'backup', join(dir, 'k')]), { status: 1, stderr: /No key/ });
  t.match(await bell.run(['backup', '-', '--json']), { status: 2, stdout: '' });
});

t.test('by root, who acts as the owner of the home: to standard output, and from standard input', async t => {
  if (process.getuid!() !== 0) return void t.pass('skipped', { skip: 'only root becomes somebody else' });
  const dir = t.testdir({ closed: {} });
  const bell = belfry(t, dir);
  await bell.json(['user', 'add', 'alice']);
  chmodSync(join(dir, 'closed'), 0o700);
  const give = (path: string) => {
    chownSync(path, NOBODY, NOBODY);
    if (statSync(path).isDirectory()) for (const name of readdirSync(path)) give(join(path, name));
  };
  give(bell.home);
  // The way to the home must be open to its owner, as it is on a server.
  const home = '/var/tmp/belfry-backup-test-home';
  const moved = await run('sh', ['-c', 'rm -rf "$1" && mv "$0" "$1"', bell.home, home], { env: bell.env });
  t.equal(moved.status, 0, moved.stderr);
  t.teardown(() => run('rm', ['-rf', home], { env: bell.env }));
  const file = join(dir, 'closed', 'belfry.db');
  const cli = (text: string) =>
    run('sh', ['-c', text, NODE, join(PROJECT, 'src/cli.ts'), file], {
      env: { ...bell.env, BELFRY_HOME: home },
    });
  const refused = await cli('env -u NODE_OPTIONS "$0" "$1" backup "$2"');
  t.match(refused, { status: 1, stderr: /cannot be written: EACCES.*\n.*- > / });
  t.match(await cli('env -u NODE_OPTIONS "$0" "$1" backup - > "$2"'), {
    status: 0,
    stderr: /^Backed up the database: 0 webhooks/,
  });
  t.same(ask(file, 'select login from user'), ['alice']);
  t.match(await cli('env -u NODE_OPTIONS "$0" "$1" restore --yes "$2"'), {
    status: 2,
    stderr: /cannot be read: EACCES/,
  });
  t.match(await cli('env -u NODE_OPTIONS "$0" "$1" restore --yes - < "$2"'), { status: 0 });
  t.match(await cli('env -u NODE_OPTIONS "$0" "$1" user list --json'), { status: 0, stdout: /alice/ });
  await until('the worker that compares to leave', async () => {
    const pid = await run('cat', [join(home, 'worker.pid')], { env: bell.env });
    if (pid.status !== 0) return true;
    await run('kill', [pid.stdout.trim()], { env: bell.env });
    return false;
  });
  for (const name of readdirSync(home)) t.equal(statSync(join(home, name)).uid, NOBODY, name);
});

async function restore(bell: Belfry, file: string) {
  return bell.json<{ replaced: string | null; lost: string[]; pending: number }>(['restore', '--yes', file]);
}

t.test(
  'restored, it sends nothing before the admin says so, takes pushes in, and reports what came after it',
  async t => {
    const { belfry: bell, dir, receiver, repository, webhook } = await tower(t);
    await webhook('/hook', ['--all', '--generate-secret']);
    // Pending in the backup, delivered after it: this is what must not come again by itself.
    receiver.script('/hook', answer(500), answer(200));
    await repository.commit();
    await repository.push(['main']);
    await receiver.received(1);
    await until('its retry to be noted', async () => {
      const [one] = await bell.json<{ state: string; attempts: number }[]>(['deliveries']);
      return one?.state === 'pending' && one.attempts === 1;
    });
    const file = join(dir, 'backup.db');
    t.match(await bell.json(['backup', file]), { pending: 1, webhooks: 1 });
    const [old] = await bell.json<{ id: string }[]>(['deliveries']);
    await bell.json(['redeliver', old!.id]);
    await receiver.received(2);
    const after = await repository.commit();
    await repository.push(['main']);
    await receiver.received(3);

    t.match(await bell.run(['restore', file]), { status: 2, stderr: /Use --yes/ }, 'no terminal to ask at');
    const { replaced, lost } = await restore(bell, file);
    t.same(lost, []);
    t.match(replaced, /\/belfry\.db\.before-restore-\d{8}T\d{6}Z$/);
    t.same(ask(replaced!, 'select count(*) from delivery'), [2], 'kept whole');
    const later = await repository.commit();
    t.equal((await repository.push(['main'])).status, 0);
    // What the push did, and what the backup does not know: both are there, and wait.
    const waiting = await until('both to be taken in', async () => {
      const all = await bell.json<{ state: string; recovered: boolean }[]>(['deliveries']);
      return all.length === 3 && all;
    });
    t.same(
      waiting.map(one => one.state),
      ['pending', 'pending', 'pending'],
    );
    t.same(waiting.filter(one => one.recovered).length, 1);
    const status = await bell.run(['status']);
    t.equal(status.status, 1);
    t.match(status.stdout, /^sending {3}paused since .*: a backup of .* was restored$/m);
    t.match(
      status.stdout,
      /^ +# or, to give up 1 delivery from the backup: belfry .*resume --drop-restored$/m,
    );
    t.match(await bell.json(['doctor']).catch(error => error.message), /paused since/);
    t.equal((await bell.run(['worker', '--once'])).status, 0);
    t.equal(receiver.requests.length, 3, 'nothing was sent');

    const resumed = await bell.json(['resume', '--drop-restored']);
    t.match(resumed, { resumed: true, dropped: 1, pending: 2 });
    const requests = await receiver.received(5);
    t.same(
      requests.slice(3).map(({ body }) => JSON.parse(body.toString('utf8')).after),
      [after, later],
      'in their order; the old one is given up',
    );
    t.equal((await bell.run(['status'])).status, 0, 'and that is no failure');
    t.match(
      (await bell.run(['redeliver', '--failed'])).stdout,
      'No failed deliveries',
      'nor is it sent with others',
    );
    await bell.json(['redeliver', old!.id]);
    t.equal(
      Object.fromEntries((await receiver.received(6))[5]!.headers)['webhook-id'],
      old!.id,
      'but by its id',
    );
    t.match(await bell.run(['resume']), { status: 0, stdout: 'Sending was not paused\n' });
  },
);

t.test('no number of a merge request is given out twice', async t => {
  const stage = await requestStage(t);
  const { belfry: bell, branch, dir, push, ref } = stage;
  await branch('one', { 'one.txt': '1' });
  await push(['HEAD:refs/for/main/one']);
  await stage.next();
  // What is not known to have arrived would be sent once more after the restore.
  await stage.settled(1);
  const file = join(dir, 'backup.db');
  await bell.json(['backup', file]);
  await branch('two', { 'two.txt': '2' });
  await push(['HEAD:refs/for/main/two']);
  await stage.next();
  const second = await ref('refs/pull/2/head');
  await restore(bell, file);
  await branch('three', { 'three.txt': '3' });
  const { stderr } = await push(['HEAD:refs/for/main/three']);
  t.match(stderr, /merge request !3\b/);
  t.equal(await ref('refs/pull/2/head'), second, 'the one that the backup does not know is as it was');
  await bell.json(['resume']);
  const [opened] = await stage.next();
  t.match(opened, { number: 3 });
  t.match(opened, { pull_request: { id: 3 } }, 'nor any id');
});

t.test('what is no backup is refused, and nothing is changed', async t => {
  const dir = t.testdir({ 'text.db': 'no database, whatever its name says\n'.repeat(200) });
  const bell = belfry(t, dir);
  await bell.json(['user', 'add', 'alice']);
  const file = join(dir, 'good.db');
  await bell.json(['backup', file]);
  const other = new Database(join(dir, 'other.db'));
  other.exec('create table webhook (id)');
  other.close();
  copyFileSync(file, join(dir, 'newer.db'));
  const newer = new Database(join(dir, 'newer.db'));
  newer.pragma('user_version = 9999');
  newer.close();
  const bytes = readFileSync(file);
  writeFileSync(join(dir, 'damaged.db'), bytes.fill(0xa5, 4_096));
  const before = readdirSync(bell.home).sort();
  for (const [name, said] of [
    ['text.db', /damaged, or not a database/],
    ['other.db', /got another database/],
    ['newer.db', /schema 9999.*\n.*newer belfry/],
    ['damaged.db', /damaged/],
    ['missing.db', /cannot be read: ENOENT/],
    ['home/belfry.db', /got the database itself/],
  ] as const) {
    const ran = await bell.run(['restore', '--yes', join(dir, name)]);
    t.not(ran.status, 0, name);
    t.match(ran.stderr, said);
    t.notMatch(ran.stderr, /\n {4}at /, 'no stack');
  }
  t.same(readdirSync(bell.home).sort(), before, 'and nothing is left behind');
  t.match((await bell.run(['status'])).stdout, 'No action needed');
});

t.test('into another home, and without the key that it was sealed with', async t => {
  const { belfry: bell, dir, webhook } = await tower(t);
  await webhook('/hook', ['--all', '--generate-secret']);
  const file = join(dir, 'backup.db');
  const { key } = await bell.json<{ key: string }>(['backup', file]);
  const other = belfry(t, dir, 'other');
  await other.json(['user', 'add', 'bob']);
  writeFileSync(join(other.home, 'key.old-20260101T000000000Z'), 'kept');
  const said = await other.run(['restore', '--yes', file]);
  t.match(said.stdout, /^2 secrets and URLs cannot be opened with /m);
  t.match(said.stdout, /umask 077; cat KEY-BACKUP > /);
  t.match(said.stdout, 'or one that `belfry key rotate` has kept there: key.old-20260101T000000000Z\n');
  t.match(said.stdout, `The backup is of the home ${bell.home}`);
  t.equal((await other.run(['status'])).status, 1);
  copyFileSync(join(bell.home, 'key'), join(other.home, 'key'));
  await other.json(['resume']);
  t.equal((await other.run(['status'])).status, 0, 'with its key all is well');
  t.equal((await other.json<{ key: string }>(['backup', file])).key, key);
});

t.test('a copy before each migration: the last two, whatever their numbers', async t => {
  const dir = t.testdir({ own: {}, home: { 'belfry.db.schema-12': '', 'belfry.db.schema-14': '' } });
  const [home, own] = [join(dir, 'home'), join(dir, 'own')];
  for (const name of readdirSync(MIGRATIONS)) copyFileSync(join(MIGRATIONS, name), join(own, name));
  utimesSync(join(home, 'belfry.db.schema-12'), 1, 1);
  const last = Math.max(...readdirSync(own).map(name => Number(name.slice(0, 4))));
  const db = openDatabase(join(home, 'belfry.db'));
  migrate(db, own);
  db.prepare(`insert into user (login, name, created_at) values ('alice', 'Alice', 1)`).run();
  db.close();
  writeFileSync(join(own, '8001-later.sql'), 'create table later (n integer) strict;');
  const store = openStore({ home, migrations: own, opening: 'make' });
  store.close();
  const copy = `belfry.db.schema-${last}`;
  t.match(store.note, `${copy} is a copy of it before that`);
  t.same(
    readdirSync(home)
      .filter(name => name.includes('schema'))
      .sort(),
    ['belfry.db.schema-14', copy].sort(),
  );
  t.same(ask(join(home, copy), 'pragma user_version'), [last]);
  t.same(ask(join(home, copy), 'select login from user'), ['alice']);
  const again = openStore({ home, migrations: own, opening: 'make' });
  again.close();
  t.equal(again.note, null, 'nothing to do, nothing to keep');
});
