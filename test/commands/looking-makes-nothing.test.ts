/**
 * A home that is not there (a disk that is not mounted, a mistyped path) is made by nothing but `install`; and a command
 * that only reads leaves a home as it was.
 */
import { createHash } from 'node:crypto';
import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import { prepareHome } from '../../src/host/home.ts';
import { newestMigration } from '../../src/store/migrate.ts';
import { APPLICATION_ID, UPGRADE } from '../../src/store/schema.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { headerOf, LAST_OLD, oldDatabase } from '../store/old-schema.ts';
import { branches, claim, failure, recordPush, sampleWebhook, settle } from '../store/samples.ts';
import { MIGRATIONS } from '../store/stage.ts';
import { NODE, PROJECT } from '../support/belfry.ts';
import { run } from '../support/run.ts';
import { tower } from '../support/tower.ts';
import { belfry } from './stage.ts';

/** What is only looked at: `delivery show` and `push show` are given the ids of what there is. */
const READING = [
  ['deliveries'],
  ['delivery', 'show', 'ID'],
  ['explain', 'ID'],
  ['doctor'],
  ['log'],
  ['status'],
  ['webhook', 'list'],
  ['webhook', 'show', '1'],
  ['webhook', 'test', '1', '--print'],
  ['push', 'list'],
  ['push', 'show', 'PUSH'],
  ['repo', 'list'],
  ['repo', 'show', 'acme/app'],
  ['mr', 'list'],
  ['mr', 'show', '1', '--repo', 'acme/app'],
  ['user', 'list'],
  ['config', 'list'],
  ['config', 'get', 'web.url'],
  ['export'],
  ['plan', '-'],
  ['backup', join(tmpdir(), `belfry-looked-at-${process.pid}.db`)],
  ['key', 'backup', join(tmpdir(), `belfry-looked-at-${process.pid}.key`)],
];
const CHANGING = [
  ['install'],
  ['uninstall', '--all'],
  ['redeliver', '--failed'],
  ['replay', '--webhook', '1', '--since', '7d'],
  ['pause'],
  ['push', 'retry', '--all'],
  ['emit', 'issue', '--repo', 'acme/app'],
  ['scan'],
  ['worker', '--once'],
  ['webhook', 'add', 'https://ci.example.com/', '--all'],
  ['webhook', 'edit', '1', '--name', 'x'],
  ['webhook', 'remove', '1'],
  ['webhook', 'enable', '1'],
  ['webhook', 'disable', '1'],
  ['webhook', 'rotate', '1', '--generate-secret'],
  ['webhook', 'test', '1'],
  ['mr', 'close', '1', '--repo', 'acme/app'],
  ['mr', 'reopen', '1', '--repo', 'acme/app'],
  ['mr', 'comment', '1', '--repo', 'acme/app', '--as', 'alice'],
  ['user', 'add', 'alice'],
  ['user', 'edit', 'alice', '--name', 'Alice'],
  ['key', 'rotate'],
  ['config', 'set', 'push.wait', '1'],
  ['apply', '-'],
  ['repo', 'move', 'acme/app', 'acme/new'],
  ['repo', 'remove', 'acme/app', '--yes'],
  ['restore', '--yes', '/dev/null'],
  ['resume'],
];
t.teardown(() => {
  for (const args of READING.slice(-2)) rmSync(args.at(-1)!, { force: true });
});

/** They change their own process: each is run in one of its own. */
const APART = new Set(['worker']);

async function cli(home: string, args: string[]) {
  if (!APART.has(args[0]!)) return belfry(['--home', home, ...args], { stdin: '{}' });
  return run(NODE, [join(PROJECT, 'src', 'cli.ts'), '--home', home, ...args]);
}

t.test('the two lists above hold every command', async t => {
  const names = async (prefix: string[]): Promise<string[]> => {
    const help = (await belfry([...prefix, '--help'])).stdout.split('Examples:')[0]!;
    const found = [...help.matchAll(/^ {2}belfry ((?:[a-z]+ ?)+)/gm)].map(([, name]) => name!.trim());
    if (prefix.length > 0) return found.length > 0 ? found : [prefix.join(' ')];
    return (await Promise.all(found.map(name => names(name.split(' '))))).flat();
  };
  // A shell asks for it when it starts, wherever a home is.
  const listed = [...READING, ...CHANGING, ['completion']].map(args => args.join(' '));
  for (const name of await names([]))
    t.ok(
      listed.some(line => line === name || line.startsWith(`${name} `)),
      `belfry ${name}`,
    );
});

t.test('where there is no home, nothing makes one', async t => {
  const dir = t.testdir({ mountpoint: {}, file: 'no directory' });
  for (const name of ['missing', 'mountpoint', 'file', 'missing/below']) {
    const home = join(dir, name);
    for (const args of [...READING, ...CHANGING]) {
      const { status, stdout, stderr } = await cli(home, args);
      const what = `belfry --home ${name} ${args.join(' ')}`;
      t.equal(status, 1, what);
      t.ok((args[0] === 'doctor' ? stdout : stderr).includes(home), `${what}: names the path`);
      // Installing does not help where a file is in the way.
      const typed = args[0] === 'doctor' && name === 'file' ? /--home/ : /install/;
      t.match(args[0] === 'doctor' ? stdout : stderr, typed, 'and what to type');
      t.notMatch(stderr, /\n {4}at /, 'no stack');
    }
  }
  t.same(readdirSync(dir).sort(), ['file', 'mountpoint']);
  t.same(readdirSync(join(dir, 'mountpoint')), []);
});

t.test('a home that has lost its database gets no empty one', async t => {
  const dir = t.testdir({ srv: {} });
  const home = join(dir, 'home');
  await prepareHome(home);
  // The log is a file of its own, and says what a worker found.
  const others = [...READING, ...CHANGING].filter(
    ([name = '']) => !['log', 'install', 'restore'].includes(name),
  );
  for (const args of others) {
    const { status, stdout, stderr } = await cli(home, args);
    t.equal(status, 1, `belfry ${args.join(' ')}`);
    t.match(args[0] === 'doctor' ? stdout : stderr, /belfry\.db/, 'what is missing');
    t.match(args[0] === 'doctor' ? stdout : stderr, /restore/, 'and the way back');
  }
  t.same(readdirSync(home).sort(), ['log', 'spool']);
  // Cut off to nothing, it holds no webhook either that a push could be told to.
  writeFileSync(join(home, 'belfry.db'), '');
  for (const args of [['status'], ['webhook', 'list'], ['worker', '--once']])
    t.match(await cli(home, args), { status: 1, stderr: /belfry\.db is empty/ });
  t.equal(readFileSync(join(home, 'belfry.db')).length, 0);
  t.match(await cli(home, ['install', join(dir, 'srv')]), { status: 0 });
  t.match(await cli(home, ['webhook', 'list', '--json']), { status: 0, stdout: '[]\n' });
});

t.test('a worker that a hook, a unit or cron starts refuses, and pushes stay in the spool', async t => {
  const dir = t.testdir({ mountpoint: {} });
  const start = (home: string) =>
    run('sh', [join(PROJECT, 'src', 'start-worker.sh'), NODE, '--home', home, '--once'], {
      env: { PATH: process.env.PATH ?? '' },
    });
  for (const name of ['missing', 'mountpoint']) {
    const home = join(dir, name);
    const { status, stderr } = await start(home);
    t.equal(status, 1);
    t.match(stderr, `belfry: the worker cannot start: No home of belfry at ${home}`);
  }
  t.same(readdirSync(dir), ['mountpoint']);
  t.same(readdirSync(join(dir, 'mountpoint')), []);
  const home = join(dir, 'home');
  await prepareHome(home);
  writeFileSync(join(home, 'spool', 'new', 'a-push'), 'belfry-push 1\n');
  t.match(await start(home), { status: 1 });
  t.match(readFileSync(join(home, 'log', 'worker.log'), 'utf8'), /belfry\.db is missing/);
  t.same(readdirSync(join(home, 'spool', 'new')), ['a-push']);
  t.same(readdirSync(home).sort(), ['log', 'spool']);
});

t.test('a push while the disk of the home is away', async t => {
  const { belfry: bell, repository } = await tower(t, { requests: true });
  await bell.stopWorker();
  await repository.commit();
  cpSync(bell.home, `${bell.home}-on-its-disk`, { recursive: true });
  rmSync(bell.home, { recursive: true });
  mkdirSync(bell.home);
  const pushed = await repository.push(['main']);
  t.equal(pushed.status, 0, 'it succeeds');
  t.match(pushed.stderr, /belfry: the push succeeded, but webhooks are not told of it \(no such directory\)/);
  const asked = await repository.push(['HEAD:refs/for/main']);
  t.match(asked.stderr, `No home of belfry at ${bell.home}`, 'a merge request is refused, with the reason');
  t.same(readdirSync(bell.home), []);
});

/** Of everything in a home: what it is, how it may be used, when it was changed, what it says. */
function picture(home: string): Record<string, string> {
  const found: Record<string, string> = {};
  const look = (name: string) => {
    const path = join(home, name);
    const { mode, uid, gid, mtimeNs } = lstatSync(path, { bigint: true });
    const database = /^belfry\.db/.test(name);
    // SQLite's own files come and go with every reader.
    if (/-(wal|shm)$/.test(name)) return;
    const at = name === '' || database ? '' : mtimeNs;
    if (mode & 0o040000n) {
      found[name] = [mode, uid, gid, at].join(' ');
      for (const inner of readdirSync(path)) look(join(name, inner));
      return;
    }
    const says = database ? dump(path) : readFileSync(path, 'base64');
    found[name] = [mode, uid, gid, at, createHash('sha256').update(says).digest('hex')].join(' ');
  };
  look('');
  return found;
}

function dump(file: string): string {
  const db = new Database(file, { readonly: true });
  const tables = db.prepare(`select name from sqlite_schema where type = 'table'`).pluck().all() as string[];
  const rows = tables.map(name => [name, db.prepare(`select * from "${name}"`).all()]);
  const version = db.pragma('user_version', { simple: true });
  db.close();
  return JSON.stringify([version, rows]);
}

async function usedHome(t: Test): Promise<{ home: string; id: string }> {
  const home = join(t.testdir({}), 'home');
  const umask = process.umask(0o077);
  await prepareHome(home);
  const store = openStore({ home, migrations: MIGRATIONS, opening: 'make' });
  process.umask(umask);
  const { id } = await store.webhooks.add(sampleWebhook(), 'https://ci.example.com/hook', Date.now());
  await store.roots.add('/srv/git');
  await recordPush(store, branches('main'));
  const jobs = await claim(store, id);
  await settle(store, [{ ...failure(jobs[0]!, 0), state: 'failed', nextAttemptAt: null }]);
  store.close();
  return { home, id: jobs[0]!.id };
}

t.test('reading changes nothing in a home', async t => {
  const { home, id } = await usedHome(t);
  const before = picture(home);
  for (const args of READING) {
    const said = await cli(
      home,
      args.map(word => (word === 'ID' ? id : word === 'PUSH' ? '1' : word)),
    );
    const found = args[0] === 'mr' && args[1] === 'show' ? 1 : 0;
    const open = args[0] === 'doctor' || args[0] === 'status' || found === 1;
    t.ok(open || said.status === 0, `belfry ${args.join(' ')}: ${said.stderr}`);
    t.strictSame(picture(home), before, `belfry ${args.join(' ')}`);
  }
});

t.test('reading renumbers no database of before 0.2.0: an older worker may be at work', async t => {
  const dir = t.testdir({ srv: {} });
  const home = join(dir, 'home');
  await prepareHome(home);
  const file = join(home, 'belfry.db');
  oldDatabase(file, LAST_OLD).close();
  const before = picture(home);
  for (const args of [['status'], ['deliveries'], ['webhook', 'list']])
    t.match(
      await cli(home, args),
      { status: 1, stderr: /has schema 1, but this belfry needs/ },
      args.join(' '),
    );
  t.match(await cli(home, ['doctor']), { stderr: '' });
  t.strictSame(picture(home), before);
  t.match(await cli(home, ['install', join(dir, 'srv')]), { status: 0 });
  const db = new Database(file);
  t.strictSame(headerOf(db), [APPLICATION_ID, newestMigration(MIGRATIONS)]);
  db.close();
});

t.test('a database of long before 0.2.0: every command says which commit to run first', async t => {
  const dir = t.testdir({ srv: {} });
  const home = join(dir, 'home');
  await prepareHome(home);
  oldDatabase(join(home, 'belfry.db'), 9).close();
  mkdirSync(join(home, 'spool', 'new'), { recursive: true });
  writeFileSync(join(home, 'spool', 'new', '1-a-push'), 'waits');
  const before = picture(home);
  for (const args of [['status'], ['deliveries'], ['webhook', 'list'], ['install', join(dir, 'srv')]]) {
    const { status, stdout, stderr } = await cli(home, args);
    t.strictSame([status, stdout], [1, '']);
    t.match(stderr, /belfry\.db has schema 9, from before 0\.2\.0/);
    t.ok(stderr.endsWith(`with the options it was installed with: ${UPGRADE}\n`), stderr);
  }
  const doctor = await cli(home, ['doctor']);
  t.equal(doctor.status, 1);
  t.ok(doctor.stdout.includes(`${UPGRADE}   # in belfry's checkout`), doctor.stdout);
  t.strictSame(picture(home), before);
  const { status } = await cli(home, ['worker', '--once']);
  t.equal(status, 1);
  t.equal(readFileSync(join(home, 'spool', 'new', '1-a-push'), 'utf8'), 'waits', 'pushes stay in the spool');
});

t.test(
  'a home that lacks a part of itself: every command says in words what is wrong, or does its work',
  async t => {
    const { home, id } = await usedHome(t);
    const typed = [...READING, ...CHANGING.filter(([name]) => name !== 'install')].map(args =>
      args.map(word => (word === 'ID' ? id : word === 'PUSH' ? '1' : word)),
    );
    for (const part of ['spool', 'log', 'key']) {
      for (const args of typed) {
        rmSync(join(home, part), { recursive: true, force: true });
        const { status, stderr } = await cli(home, args);
        const what = `without ${part}: belfry ${args.join(' ')}`;
        t.ok([0, 1, 2].includes(status!), what);
        t.notMatch(stderr, /nobody expected|\n {4}at /, what);
        const ofPushes = ['status', 'scan', 'push'].includes(args[0]!);
        if (part !== 'spool' || !ofPushes) continue;
        t.equal(status, 1, what);
        t.ok(stderr.includes(`the spool ${join(home, 'spool')}`), `${what} names the path: ${stderr}`);
        t.ok(stderr.includes('doctor --fix'), `${what}: and what to type`);
      }
      await cli(home, ['doctor', '--fix']);
      t.equal((await cli(home, ['status'])).stderr, '', `${part} is back`);
    }
  },
);
