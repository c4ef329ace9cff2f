/** Homes of before 0.2.0: the last schema is renumbered in place, an older one is refused, and nothing of it is changed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import Database from 'better-sqlite3';
import t from 'tap';
import { type Db, openDatabase } from '../../src/store/database.ts';
import { migrate, newestMigration } from '../../src/store/migrate.ts';
import { examineBackup, putInPlace } from '../../src/store/restore.ts';
import { APPLICATION_ID, LAST_OLD_COMMIT, UPGRADE } from '../../src/store/schema.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { NODE, PROJECT } from '../support/belfry.ts';
import { run } from '../support/run.ts';
import { allRows, fillSchema5 } from './old-rows.ts';
import { bringToOld, headerOf, LAST_OLD, OLD_MIGRATIONS, OLD_VERSIONS, oldDatabase } from './old-schema.ts';
import { MIGRATIONS } from './stage.ts';

const NEWEST = newestMigration(MIGRATIONS);

/** Versions that an old home gets after it was renumbered. */
function later(): number[] {
  return Array.from({ length: NEWEST - 1 }, (_, n) => n + 2);
}

/** What a new database looks like. */
function upToDate(): Record<string, string> {
  const db = new Database(':memory:');
  for (const name of readdirSync(MIGRATIONS).sort()) db.exec(readFileSync(join(MIGRATIONS, name), 'utf8'));
  const made = normalised(db);
  db.close();
  return made;
}

/** Of rows that were migrated, the tables and columns that there were before. */
function asBefore(
  rows: Record<string, unknown[]>,
  before: Record<string, unknown[]>,
): Record<string, unknown[]> {
  return Object.fromEntries(
    Object.entries(before).map(([table, [first]]) => [
      table,
      rows[table]!.map(row =>
        Object.fromEntries(
          Object.entries(row as object).filter(
            ([column]) => first === undefined || column in (first as object),
          ),
        ),
      ),
    ]),
  );
}

/** As SQLite keeps it, without what does not matter. */
function normalised(db: Db): Record<string, string> {
  const rows = db.prepare('select type, name, tbl_name, sql from sqlite_schema').all() as {
    type: string;
    name: string;
    tbl_name: string;
    sql: string | null;
  }[];
  const plain = (sql: string) =>
    sql
      .replace(/--.*$/gm, '')
      .replace(/\s+/g, ' ')
      .replace(/ ?([(),]) ?/g, '$1')
      .replace(/^CREATE TABLE "(\w+)"/, 'CREATE TABLE $1')
      .toLowerCase();
  return Object.fromEntries(
    rows.map(({ type, name, tbl_name, sql }) => [`${type} ${name} of ${tbl_name}`, plain(sql ?? '')]),
  );
}

/** What SQLite makes of it: columns, indices, references. */
function facts(db: Db): unknown {
  const list = db.prepare('pragma table_list').all() as { schema: string; name: string }[];
  const tables = list.filter(({ name }) => !/^sqlite_(temp_)?schema$/.test(name));
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  return tables.sort(byName).map(table => {
    const ask = (pragma: string, of = table.name) => db.prepare(`pragma ${pragma}('${of}')`).all();
    const indices = (ask('index_list') as { name: string; seq: number }[])
      .map(({ seq, ...index }) => ({ ...index, columns: ask('index_xinfo', index.name) }))
      .sort(byName);
    return { table, columns: ask('table_xinfo'), references: ask('foreign_key_list'), indices };
  });
}

t.test('the one migration of today gives what those of before 0.2.0 gave, column for column', async t => {
  const dir = t.testdir({});
  const old = oldDatabase(join(dir, 'old.db'), LAST_OLD);
  const db = openDatabase(join(dir, 'new.db'));
  t.strictSame(migrate(db, MIGRATIONS).slice(0, 1), [1]);
  const first = readdirSync(MIGRATIONS).sort()[0]!;
  t.match(first, /^0001-/);
  const squashed = new Database(':memory:');
  squashed.exec(readFileSync(join(MIGRATIONS, first), 'utf8'));
  t.ok(Object.keys(normalised(old)).length > 50);
  t.strictSame(normalised(squashed), normalised(old));
  t.strictSame(facts(squashed), facts(old));
  for (const one of [old, db, squashed]) one.close();
});

t.test('from an old schema through the last one: every row is there', async t => {
  const home = t.testdir({});
  const file = join(home, 'belfry.db');
  const db = oldDatabase(file, 5);
  fillSchema5(db);
  bringToOld(db);
  t.strictSame(headerOf(db), [0, LAST_OLD]);
  const rows = allRows(db);
  db.close();
  t.strictSame(
    Object.keys(rows).filter(name => rows[name]!.length === 0),
    ['put_off', 'root_finding'],
    'tables of later schemas',
  );

  const store = openStore({ home, migrations: MIGRATIONS, opening: 'upgrade' });
  t.strictSame(store.migrated, later());
  t.strictSame(
    (await store.webhooks.list()).map(({ id, name, events }) => [id, name, events]),
    [[1, 'ci', ['push']]],
  );
  const gaps = await store.ledger.gaps(3, [{ ref: 'refs/heads/main' }]);
  t.strictSame(
    gaps.get('refs/heads/main')?.map(({ reported }) => reported),
    [true, false],
  );
  store.close();
  const after = new Database(file);
  t.strictSame(headerOf(after), [APPLICATION_ID, NEWEST]);
  t.strictSame(asBefore(allRows(after), rows), rows);
  t.strictSame(normalised(after), upToDate());
  t.equal(after.pragma('integrity_check', { simple: true }), 'ok');
  after.close();
  t.strictSame(
    readdirSync(home).filter(name => name.includes('schema')),
    ['belfry.db.schema-1'],
    'a copy before the migrations that follow',
  );
});

t.test('what the renamed columns hold is what the old ones held', async t => {
  const db = oldDatabase(join(t.testdir({}), 'belfry.db'), 5);
  fillSchema5(db);
  const attempts = db.prepare('select * from attempt').all();
  bringToOld(db);
  t.strictSame(
    db.prepare('select id, order_key, merge_key, dropped_at from delivery order by seq').raw().all(),
    [
      ['a', 'refs/heads/main', null, null],
      ['b', '', null, null],
      ['c', '', 'refs/heads/main', null],
      ['d', '', null, null],
    ],
  );
  t.strictSame(db.prepare('select * from attempt').all(), attempts);
  t.strictSame(db.prepare('select id, kind, external_id from external_object').raw().all(), [
    [8, 'note', 'x'],
  ]);
  t.strictSame(db.prepare('select old, new, reported, created_at from ref_gap').raw().all(), [
    ['a', 'b', 1, 9],
    ['b', 'c', 0, 9],
  ]);
  const sql =
    'select id, path, full_name, company, root, baseline_at, merge_requests from repository order by id';
  t.strictSame(db.prepare(sql).raw().all(), [
    [3, '/srv/git/acme/app.git', 'app', null, '/srv/git', 7, 'unguarded'],
    [5, '/home/x/app.git', 'x/app', null, null, null, null],
  ]);
  t.strictSame(db.pragma('foreign_key_check'), []);
  db.close();
});

t.test('an older schema is refused with what to type, and not a byte is changed', async t => {
  const older = OLD_VERSIONS.slice(0, -1);
  t.ok(older.length > 10);
  for (const version of older) {
    const home = t.testdir({});
    const file = join(home, 'belfry.db');
    const db = oldDatabase(file, version);
    db.exec(`insert into user (login, name, created_at) values ('alice', 'Alice', 1)`);
    db.close();
    const before = readFileSync(file);
    for (const opening of ['make', 'upgrade', 'use'] as const)
      t.throws(() => openStore({ home, migrations: MIGRATIONS, opening }), {
        code: 'database',
        message: `${file} has schema ${version}, from before 0.2.0; only the last schema of that time, 16, can be upgraded`,
        hint: `Nothing was changed, and pushes stay in the spool. In belfry's checkout, with the options it was installed with: ${UPGRADE}`,
      });
    t.ok(before.equals(readFileSync(file)));
    t.strictSame(readdirSync(home), ['belfry.db']);
    const draft = join(home, 'draft');
    copyFileSync(file, draft);
    await t.rejects(examineBackup(draft, home, MIGRATIONS), {
      code: 'database',
      message: new RegExp(`^The backup has schema ${version}, from before 0\\.2\\.0`),
      hint: new RegExp(LAST_OLD_COMMIT),
    });
  }
});

t.test('the commit that is named brings an older schema to the one that is taken over', async t => {
  t.match(LAST_OLD_COMMIT, /^[0-9a-f]{40}$/);
  const listed = await run('git', ['ls-tree', '--name-only', LAST_OLD_COMMIT, 'migrations/'], {
    cwd: PROJECT,
  });
  if (listed.status !== 0) return void t.pass('skipped', { skip: 'a copy without the history' });
  t.strictSame(
    listed.stdout
      .trim()
      .split('\n')
      .map(name => Number(name.slice('migrations/'.length, -4).slice(0, 4))),
    OLD_VERSIONS,
  );
  for (const name of listed.stdout.trim().split('\n')) {
    const { stdout } = await run('git', ['show', `${LAST_OLD_COMMIT}:${name}`], { cwd: PROJECT });
    t.equal(stdout, readFileSync(join(OLD_MIGRATIONS, name.slice('migrations/'.length)), 'utf8'), name);
  }
});

t.test('a backup of the last old schema is taken over', async t => {
  const home = t.testdir({});
  const draft = join(home, 'draft');
  const db = oldDatabase(draft, 5);
  fillSchema5(db);
  bringToOld(db).close();
  const facts = await examineBackup(draft, home, MIGRATIONS);
  t.strictSame([facts.schema, facts.webhooks, facts.deliveries], [1, 1, 4]);
  const after = new Database(draft);
  t.strictSame(headerOf(after), [APPLICATION_ID, NEWEST]);
  after.close();
});

t.test(
  'ids of external objects count on over a restore in the place of a database that is too old',
  async t => {
    const home = t.testdir({});
    const old = oldDatabase(join(home, 'belfry.db'), 15);
    old.exec(`insert into sqlite_sequence (name, seq) values ('thing', 500)`);
    old.close();
    const draft = join(home, 'draft');
    const other = join(home, 'other');
    mkdirSync(other);
    openStore({ home: other, migrations: MIGRATIONS, opening: 'make' }).close();
    copyFileSync(join(other, 'belfry.db'), draft);
    await putInPlace(draft, home, 'restored', Date.UTC(2026, 0, 1));
    const db = new Database(join(home, 'belfry.db'));
    t.equal(db.prepare(`select seq from sqlite_sequence where name = 'external_object'`).pluck().get(), 500);
    db.close();
  },
);

t.test('processes that open one at the same moment: all go on, and it is renumbered once', async t => {
  const home = t.testdir({});
  oldDatabase(join(home, 'belfry.db'), LAST_OLD).close();
  const running = ['a', 'b', 'c', 'd'].map(name =>
    spawn(NODE, [join(import.meta.dirname, 'opener.ts'), home, name]),
  );
  await Promise.all(running.map(child => once(child.stdout, 'data')));
  const said = running.map(child => Promise.all([text(child.stdout), text(child.stderr)]));
  writeFileSync(join(home, 'go'), '');
  for (const [line, error] of await Promise.all(said)) {
    t.equal(error, '');
    t.ok(later().includes(JSON.parse(line).migrated.at(-1) ?? NEWEST));
  }
  const db = new Database(join(home, 'belfry.db'));
  t.strictSame(headerOf(db), [APPLICATION_ID, NEWEST]);
  t.equal(db.prepare('select count(*) from webhook').pluck().get(), 4);
  db.close();
});

t.test('killed between the two numbers, it is as it was, and the next one renumbers it', async t => {
  const home = t.testdir({});
  const file = join(home, 'belfry.db');
  const db = oldDatabase(file, LAST_OLD);
  db.exec(`insert into user (login, name, created_at) values ('alice', 'Alice', 1)`);
  db.close();
  const child = spawn(NODE, [join(import.meta.dirname, 'killed-renumbering.ts'), file, MIGRATIONS]);
  const [said, [, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  t.strictSame([said, signal], ['half\n', 'SIGKILL']);
  const left = new Database(file);
  t.strictSame(headerOf(left), [0, LAST_OLD]);
  left.close();
  openStore({ home, migrations: MIGRATIONS, opening: 'upgrade' }).close();
  const after = new Database(file);
  t.strictSame(headerOf(after), [APPLICATION_ID, NEWEST]);
  t.equal(after.prepare('select login from user').pluck().get(), 'alice');
  after.close();
});

t.test('another program’s database is refused by name, and not a byte is changed', async t => {
  const foreign: [what: string, make: string, said: RegExp][] = [
    ['with an id', 'pragma application_id = 0x0f055112', /its application id is 0x0f055112$/],
    ['without one', 'create table webhook (id); pragma user_version = 3', /it lacks belfry's tables$/],
    ['without any number', 'create table user (id)', /it lacks belfry's tables$/],
  ];
  for (const [what, make, said] of foreign) {
    const home = t.testdir({});
    const file = join(home, 'belfry.db');
    const db = new Database(file);
    db.exec(make);
    db.close();
    const before = readFileSync(file);
    for (const opening of ['make', 'upgrade', 'use'] as const)
      t.throws(
        () => openStore({ home, migrations: MIGRATIONS, opening }),
        { code: 'database', message: said },
        what,
      );
    t.ok(before.equals(readFileSync(file)), what);
    t.strictSame(readdirSync(home), ['belfry.db']);
    await t.rejects(examineBackup(file, home, MIGRATIONS), {
      code: 'invalid',
      message: 'Wanted a backup of belfry, got another database',
    });
  }
});
