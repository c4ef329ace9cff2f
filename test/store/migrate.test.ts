import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { APPLICATION_ID } from '../../src/store/schema.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { NODE } from '../support/belfry.ts';
import { MIGRATIONS, openTestStore } from './stage.ts';

const VERSIONS = readdirSync(MIGRATIONS).map(name => Number(name.slice(0, 4)));

t.test('from nothing to the newest schema, and the second time nothing', async t => {
  const db = openDatabase(join(t.testdir({}), 'belfry.db'));
  t.same(migrate(db, MIGRATIONS), VERSIONS);
  t.equal(db.pragma('user_version', { simple: true }), VERSIONS.at(-1));
  t.equal(db.pragma('application_id', { simple: true }), APPLICATION_ID);
  t.same(migrate(db, MIGRATIONS), []);
  const schema = db.prepare('select name, sql from sqlite_schema').all();
  t.same(migrate(db, MIGRATIONS), []);
  t.same(db.prepare('select name, sql from sqlite_schema').all(), schema);
  db.close();
});

t.test('every table is strict, every reference has its target, and the file is sound', async t => {
  const db = openDatabase(join(t.testdir({}), 'belfry.db'));
  migrate(db, MIGRATIONS);
  const tables = db
    .prepare(`select name, strict from pragma_table_list where schema = 'main' and name not like 'sqlite_%'`)
    .all() as { name: string; strict: number }[];
  t.ok(tables.length > 8);
  for (const { name, strict } of tables) t.equal(strict, 1, `${name} is strict`);
  t.throws(() => db.exec(`insert into setting values ('a', x'00')`), { code: 'SQLITE_CONSTRAINT_DATATYPE' });
  t.throws(() => db.exec(`insert into user (login, name, created_at) values ('a', 'a', 'now')`), {
    code: 'SQLITE_CONSTRAINT_DATATYPE',
  });
  for (const { name } of tables) {
    const references = db.pragma(`foreign_key_list(${name})`) as { table: string }[];
    for (const { table } of references)
      t.ok(
        tables.some(one => one.name === table),
        `${name} → ${table}`,
      );
  }
  t.same(db.pragma('foreign_key_check'), []);
  t.equal(db.pragma('integrity_check', { simple: true }), 'ok');
  t.equal(db.pragma('foreign_keys', { simple: true }), 1);
  t.throws(() => db.exec(`insert into user_email (email, user_id, position) values ('a@b', 7, 0)`), {
    code: 'SQLITE_CONSTRAINT_FOREIGNKEY',
  });
  t.throws(
    () =>
      db.exec(`insert into webhook (name, scope, kind, url_sealed, url_masked, events, branches, auth, active,
    created_at, updated_at) values ('', 'all', 'gitee', '', '', '[]', '[]', 'magic', 1, 0, 0)`),
    {
      code: 'SQLITE_CONSTRAINT_CHECK',
    },
  );
  db.close();
});

t.test('rows that had lost their target before do not keep a home from being opened', async t => {
  const dir = t.testdir({ migrations: {} });
  const own = join(dir, 'migrations');
  for (const name of readdirSync(MIGRATIONS)) copyFileSync(join(MIGRATIONS, name), join(own, name));
  const db = openDatabase(join(dir, 'belfry.db'));
  migrate(db, own);
  db.pragma('foreign_keys = OFF');
  db.exec(`insert into user_email (email, user_id, position) values ('a@b', 7, 0)`);
  writeFileSync(join(own, '8001-later.sql'), 'create table later (n integer) strict;');
  t.same(migrate(db, own), [8001]);
  db.close();
});

t.test('a table that is made anew under its references keeps them', async t => {
  const dir = t.testdir({ migrations: {} });
  const own = join(dir, 'migrations');
  for (const name of readdirSync(MIGRATIONS)) copyFileSync(join(MIGRATIONS, name), join(own, name));
  const db = openDatabase(join(dir, 'belfry.db'));
  migrate(db, own);
  db.exec(`insert into user (id, login, name, created_at) values (7, 'a', 'A', 0);
    insert into user_email (email, user_id, position) values ('a@b', 7, 0)`);
  const again = `create table user_new (id integer primary key autoincrement, login text not null unique, name text not null,
      created_at integer not null, more text) strict;
    insert into user_new select id, login, name, created_at, 'x' from user;
    drop table user;
    alter table user_new rename to user;`;
  writeFileSync(join(own, '8001-again.sql'), again);
  t.same(migrate(db, own), [8001]);
  t.equal(db.pragma('foreign_keys', { simple: true }), 1);
  t.same(db.prepare('select email from user_email').pluck().all(), ['a@b']);
  db.exec('delete from user where id = 7');
  t.same(db.prepare('select * from user_email').all(), [], 'e-mail addresses still go with their user');
  db.close();
});

t.test('a migration that would leave a reference without its target changes nothing', async t => {
  const dir = t.testdir({ migrations: {} });
  const own = join(dir, 'migrations');
  for (const name of readdirSync(MIGRATIONS)) copyFileSync(join(MIGRATIONS, name), join(own, name));
  const orphan = `insert into user_email (email, user_id, position) values ('a@b', 7, 0);`;
  writeFileSync(join(own, '8001-orphan.sql'), orphan);
  const db = openDatabase(join(dir, 'belfry.db'));
  t.throws(() => migrate(db, own), {
    code: 'database',
    message: 'schema 8001 would leave user_email without its user',
  });
  t.equal(db.pragma('user_version', { simple: true }), VERSIONS.at(-1));
  t.same(db.prepare('select * from user_email').all(), []);
  t.equal(db.pragma('foreign_keys', { simple: true }), 1);
  db.close();
});

t.test('a database of a newer belfry is left alone, with a message that says so', async t => {
  const file = join(t.testdir({}), 'belfry.db');
  const db = openDatabase(file);
  migrate(db, MIGRATIONS);
  db.pragma('user_version = 9999');
  t.throws(() => migrate(db, MIGRATIONS), {
    name: 'BelfryError',
    code: 'database',
    message: `The database has schema 9999, but this belfry knows only up to ${VERSIONS.at(-1)}`,
    hint: 'Install the newer belfry, or restore an older backup.',
  });
  t.equal(db.pragma('user_version', { simple: true }), 9999);
  db.close();
});

t.test('who only uses it neither changes nor takes one that is not the newest', async t => {
  const home = t.testdir({ migrations: {} });
  const own = join(home, 'migrations');
  for (const name of readdirSync(MIGRATIONS)) copyFileSync(join(MIGRATIONS, name), join(own, name));
  openStore({ home, migrations: own, opening: 'make' }).close();
  writeFileSync(join(own, '8001-later.sql'), 'create table later (n integer) strict;');
  t.throws(() => openStore({ home, migrations: own, opening: 'use' }), {
    code: 'database',
    message: `The database has schema ${VERSIONS.at(-1)}, but this belfry needs 8001`,
    hint: '`belfry install` brings it up to date.',
  });
  const store = openStore({ home, migrations: own, opening: 'upgrade' });
  t.same(store.migrated, [8001]);
  store.close();
});

t.test('only what is missing is applied, in order, and a broken one changes nothing', async t => {
  const dir = t.testdir({ migrations: {} });
  const own = join(dir, 'migrations');
  for (const name of readdirSync(MIGRATIONS)) copyFileSync(join(MIGRATIONS, name), join(own, name));
  const db = openDatabase(join(dir, 'belfry.db'));
  migrate(db, own);
  writeFileSync(join(own, '8002-b.sql'), 'insert into later values (2);');
  writeFileSync(join(own, '8001-a.sql'), 'create table later (n integer) strict;');
  writeFileSync(join(own, 'README.md'), 'no migration');
  t.same(migrate(db, own), [8001, 8002]);
  t.same(db.prepare('select n from later').pluck().all(), [2]);

  writeFileSync(join(own, '8003-c.sql'), 'insert into later values (3); insert into nowhere values (1);');
  t.throws(() => migrate(db, own), /no such table: nowhere/);
  t.same(db.prepare('select n from later').pluck().all(), [2], 'all of it or nothing');
  t.equal(db.pragma('user_version', { simple: true }), 8002);
  db.close();
});

t.test(
  'processes that open a new home at the same moment: one migrates, one makes the key, all go on',
  async t => {
    const home = t.testdir({});
    const names = ['a', 'b', 'c', 'd'];
    const running = names.map(name => spawn(NODE, [join(import.meta.dirname, 'opener.ts'), home, name]));
    await Promise.all(running.map(child => once(child.stdout, 'data')));
    const said = running.map(child => Promise.all([text(child.stdout), text(child.stderr)]));
    writeFileSync(join(home, 'go'), '');
    const all = (await Promise.all(said)).map(([line, error]) => {
      t.equal(error, '');
      return JSON.parse(line);
    });
    const migrated = all.flatMap(one => one.migrated).sort((a, b) => a - b);
    t.same(migrated, VERSIONS, 'each migration was applied by exactly one');
    const { store } = openTestStore(t, home);
    for (const { id, name } of all) {
      t.equal(
        (await store.webhooks.target(id)).secret,
        `secret of ${name}`,
        'sealed with the one key that stayed',
      );
    }
    t.equal(all.length, 4);
    t.same(
      readdirSync(home).filter(name => name.startsWith('key')),
      ['key'],
      'no draft is left',
    );
  },
);
