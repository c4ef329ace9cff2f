import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { NODE } from '../support/belfry.ts';
import { MIGRATIONS, openTestStore } from './stage.ts';

const VERSIONS = readdirSync(MIGRATIONS).map(name => Number(name.slice(0, 4)));

t.test('from nothing to the newest schema, and the second time nothing', async t => {
  const db = openDatabase(join(t.testdir({}), 'belfry.db'));
  t.same(migrate(db, MIGRATIONS), VERSIONS);
  t.equal(db.pragma('user_version', { simple: true }), VERSIONS.at(-1));
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

/** A home as it was before a migration. */
function schemaBefore(t: Test, next: string) {
  const dir = t.testdir({ old: {} });
  const old = join(dir, 'old');
  for (const name of readdirSync(MIGRATIONS).filter(name => name < next)) {
    copyFileSync(join(MIGRATIONS, name), join(old, name));
  }
  const db = openDatabase(join(dir, 'belfry.db'));
  migrate(db, old);
  return db;
}

t.test('deliveries and their attempts come through when their table is made anew', async t => {
  const db = schemaBefore(t, '0006');
  db.exec(`insert into repository (directory, full_name, created_at) values ('/srv/git/app.git', 'app', 0);
    insert into event (id, repository_id, name, data, facts, created_at) values (5, 1, 'push', '{}', '{}', 0);
    insert into delivery (seq, id, webhook_id, event_id, lane, state, last_error, created_at, updated_at)
      values (7, 'a', 1, 5, 'x', 'failed', 'why', 1, 2), (9, 'b', 1, 5, 'y', 'pending', null, 3, 4);
    insert into attempt (delivery_seq, number, started_at, duration_ms, url, request_headers, response_truncated, verdict)
      values (7, 1, 0, 0, '', '[]', 0, 'ok')`);
  const all = () => ['delivery', 'attempt'].map(table => db.prepare(`select * from ${table}`).all());
  const before = all();
  const indexes = () =>
    db
      .prepare(`select name from sqlite_schema where type = 'index' and tbl_name = 'delivery' order by 1`)
      .pluck()
      .all();
  const indexed = indexes();
  migrate(db, MIGRATIONS);
  const [deliveries, attempts] = before;
  const later = deliveries!.map(row => {
    const { lane, ...rest } = row as { lane: string };
    return { ...rest, order_key: lane, merge_key: null, dropped_at: null };
  });
  t.same(all(), [later, attempts]);
  t.same(indexes(), indexed);
  t.throws(() => db.exec(`update delivery set state = 'lost'`), { code: 'SQLITE_CONSTRAINT_CHECK' });
  t.equal(db.pragma('foreign_keys', { simple: true }), 1);
  db.exec('delete from delivery where seq = 7');
  t.same(db.prepare('select * from attempt').all(), [], 'attempts still go with their delivery');
  db.close();
});

t.test('what a delivery waits for, and what a robot’s message is about, are two columns', async t => {
  const db = schemaBefore(t, '0016');
  db.exec(`insert into repository (directory, path, full_name, created_at) values ('/a.git', '/a.git', 'a', 0);
    insert into event (id, repository_id, name, data, facts, created_at) values (5, 1, 'push', '{}', '{}', 0);
    insert into thing (id, repository_id, kind, tracker, external_id, first_seen_at) values (8, 1, 'note', '', 'x', 3);
    insert into ref_gap values (1, 'refs/heads/main', 'a', 'b', 1, 9);
    insert into delivery (id, webhook_id, event_id, event_ids, lane, state, created_at, updated_at) values
      ('a', 1, 5, null, 'refs/heads/main', 'pending', 1, 2), ('b', 1, 5, null, '', 'failed', 1, 2),
      ('c', 2, 5, '[5]', 'refs/heads/main', 'pending', 1, 2), ('d', 2, 5, '[5]', '', 'delivered', 1, 2)`);
  migrate(db, MIGRATIONS);
  t.strictSame(db.prepare('select id, order_key, merge_key from delivery order by seq').raw().all(), [
    ['a', 'refs/heads/main', null],
    ['b', '', null],
    ['c', '', 'refs/heads/main'],
    ['d', '', null],
  ]);
  t.strictSame(db.prepare('select id, kind, external_id from external_object').raw().all(), [
    [8, 'note', 'x'],
  ]);
  t.strictSame(db.prepare('select old, new, reported, created_at from ref_gap').raw().all(), [
    ['a', 'b', 1, 9],
  ]);
  db.close();
});

t.test('rows that had lost their target before do not keep a home from being opened', async t => {
  const db = schemaBefore(t, '0006');
  db.pragma('foreign_keys = OFF');
  db.exec(`insert into user_email (email, user_id, position) values ('a@b', 7, 0)`);
  t.same(
    migrate(db, MIGRATIONS),
    VERSIONS.filter(version => version > 5),
  );
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
    message: `the database has schema 9999, this belfry knows ${VERSIONS.at(-1)}`,
    hint: 'It was written by a newer belfry: install that one again, or restore a backup.',
  });
  t.equal(db.pragma('user_version', { simple: true }), 9999);
  db.close();
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

t.test(
  'repositories come through with the root that names them; outside all roots there is no company',
  async t => {
    const db = schemaBefore(t, '0006');
    db.exec(`insert into root (path) values ('/srv/git'), ('/srv/git/acme'), ('/srv/git2');
    insert into repository (id, directory, full_name, company, baseline_at, created_at) values
      (3, '/srv/git/acme/app.git', 'app', null, 7, 1), (5, '/home/x/app.git', 'x/app', 'x', null, 2);
    insert into ref_tip (repository_id, ref, tip, before, recovered) values (3, 'refs/heads/main', 'a', '', 0)`);
    migrate(db, MIGRATIONS);
    const sql = 'select id, path, full_name, company, root, baseline_at, inode from repository order by id';
    t.same(db.prepare(sql).raw().all(), [
      [3, '/srv/git/acme/app.git', 'app', null, '/srv/git', 7, null],
      [5, '/home/x/app.git', 'x/app', null, null, null, null],
    ]);
    t.equal(db.prepare('select count(*) from ref_tip where repository_id = 3').pluck().get(), 1);
    const { lastInsertRowid } = db
      .prepare(`insert into repository (directory, path, full_name, created_at) values ('/y', '/y', 'y', 0)`)
      .run();
    t.equal(lastInsertRowid, 6, 'no number is given out twice');
    db.exec('delete from repository where id = 3');
    t.equal(db.prepare('select count(*) from ref_tip').pluck().get(), 0, 'other tables still refer to it');
    db.close();
  },
);
