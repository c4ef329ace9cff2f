/** The database as several processes meet it: made by all of them at once, met from the future, locked, and broken. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { belfry } from '../support/belfry.ts';
import { matches } from '../support/matches.ts';
import { findProgram, needs } from '../support/needs.ts';
import { must } from '../support/run.ts';

t.test('made by six commands at once, and again', async t => {
  const dir = t.testdir({ root: {} });
  const bell = belfry(t, dir, 'home', { made: false });
  const install = () => bell.run(['install', join(dir, 'root'), '--json']);
  for (const ran of await Promise.all(Array.from({ length: 6 }, install))) {
    t.equal(ran.status, 0, ran.stderr);
    matches(t, ran.json(), { roots: [join(dir, 'root')] });
  }
  const add = (login: number) => bell.run(['user', 'add', `user-${login}`, '--json']);
  for (const ran of await Promise.all([1, 2, 3, 4, 5, 6].map(add))) t.equal(ran.status, 0, ran.stderr);
  t.equal((await bell.json<unknown[]>(['user', 'list'])).length, 6, 'nothing that was written is lost');
});

t.test('a database of a newer belfry is not touched', async t => {
  if (!needs(t, 'sqlite3')) return;
  const bell = belfry(t, t.testdir({}));
  await bell.json(['user', 'add', 'alice']);
  const file = join(bell.home, 'belfry.db');
  await must(findProgram('sqlite3')!, [file, 'pragma user_version = 9999; pragma wal_checkpoint(truncate);']);
  const before = await readFile(file);
  const ran = await bell.run(['user', 'list']);
  t.equal(ran.status, 1);
  t.equal(ran.stdout, '');
  t.match(ran.stderr, /9999/, 'what was got');
  t.match(ran.stderr, /newer/, 'and what it means');
  t.notMatch(ran.stderr, / at .*\.ts:\d/, 'not a stack');
  t.ok(before.equals(await readFile(file)), 'not a byte of it is changed');
  const worker = await bell.run(['worker', '--once']);
  t.equal(worker.status, 1, 'the worker says the same');
});

t.test('a command that only reads neither writes nor waits for somebody who does', async t => {
  if (!needs(t, 'sqlite3')) return;
  const bell = belfry(t, t.testdir({}));
  await bell.json(['user', 'add', 'alice']);
  const writer = spawn(findProgram('sqlite3')!, [join(bell.home, 'belfry.db')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.teardown(() => writer.kill());
  writer.stdin.write("begin immediate; select 'locked';\n");
  await once(writer.stdout, 'data');
  for (const args of [['user', 'list'], ['deliveries'], ['webhook', 'list'], ['config', 'list']]) {
    const ran = await bell.run(args);
    t.equal(ran.status, 0, `belfry ${args.join(' ')}: ${ran.stderr}`);
  }
  writer.stdin.end('rollback;\n');
});

t.test('a file that is no database is said to be none', async t => {
  const bell = belfry(t, t.testdir({ home: {} }));
  await writeFile(join(bell.home, 'belfry.db'), 'this is no database, whatever its name says\n'.repeat(100));
  const ran = await bell.run(['status']);
  t.equal(ran.status, 1);
  t.match(ran.stderr, /no database|not a database/);
  t.notMatch(ran.stderr, / at .*\.ts:\d/);
});
