import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { databaseError, openDatabase, write } from '../../src/store/database.ts';
import { APPLICATION_ID } from '../../src/store/schema.ts';

t.test('every connection waits for others, survives a power cut and minds references', async t => {
  const file = join(t.testdir({}), 'belfry.db');
  const db = openDatabase(file);
  const pragma = (name: string) => db.pragma(name, { simple: true });
  t.equal(pragma('journal_mode'), 'wal');
  t.equal(pragma('synchronous'), 2, 'FULL');
  t.equal(pragma('foreign_keys'), 1);
  t.equal(pragma('busy_timeout'), 10_000);
  t.equal(pragma('auto_vacuum'), 2, 'incremental');
  t.equal(pragma('journal_size_limit'), 67_108_864);
  db.close();
  const quick = openDatabase(file, 123);
  t.equal(quick.pragma('busy_timeout', { simple: true }), 123);
  t.equal(quick.pragma('synchronous', { simple: true }), 2);
  quick.close();
});

t.test(
  'opening a database that is there writes nothing: a full disk must not stop `belfry status`',
  async t => {
    const file = join(t.testdir({}), 'belfry.db');
    const db = openDatabase(file);
    db.exec(`create table number (n integer) strict; pragma application_id = ${APPLICATION_ID}`);
    const before = [db.pragma('data_version', { simple: true }), statSync(`${file}-wal`).size];
    const other = openDatabase(file);
    t.equal(other.pragma('auto_vacuum', { simple: true }), 2);
    t.same([db.pragma('data_version', { simple: true }), statSync(`${file}-wal`).size], before);
    write(db, () => {
      const third = openDatabase(file, 0);
      t.equal(
        third.prepare('select count(*) from number').pluck().get(),
        0,
        'not even while another one writes',
      );
      third.close();
    });
    other.close();
    db.close();
  },
);

t.test(
  'a writing transaction is taken whole, is undone whole, and does not lose against another writer',
  async t => {
    const file = join(t.testdir({}), 'belfry.db');
    const [one, two] = [openDatabase(file, 0), openDatabase(file, 0)];
    one.exec('create table number (n integer) strict');
    t.throws(
      () =>
        write(one, () => {
          one.exec('insert into number values (1)');
          throw new Error('no');
        }),
      /no/,
    );
    t.equal(one.prepare('select count(*) from number').pluck().get(), 0);
    write(one, () => {
      t.throws(() => write(two, () => {}), { code: 'SQLITE_BUSY' }, 'locked from its first line on');
      return one.exec('insert into number values (2)');
    });
    t.equal(
      write(two, () => two.prepare('select n from number').pluck().get()),
      2,
    );
    one.close();
    two.close();
  },
);

t.test('what cannot be opened says which file, why, and what to do', async t => {
  const dir = t.testdir({
    'no.db': 'this is no database, it is a text of more than a hundred bytes, '.repeat(20),
  });
  t.throws(() => openDatabase(join(dir, 'no.db')), {
    name: 'BelfryError',
    code: 'database',
    message: `${join(dir, 'no.db')}: file is not a database (SQLITE_NOTADB)`,
    hint: 'The file is not a database. Pushes stay in the spool; `belfry doctor` says what to do.',
  });
  mkdirSync(join(dir, 'folder'));
  t.throws(() => openDatabase(join(dir, 'folder')), {
    code: 'database',
    message: `${join(dir, 'folder')}: unable to open database file (SQLITE_CANTOPEN)`,
    hint: 'The home must exist and belong to the user who runs belfry; see `belfry doctor`.',
  });
  const other = new Error('something else');
  t.equal(databaseError(other, 'x'), other, 'an error of nobody is passed on');
  const full = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
  t.match(databaseError(full, 'x'), {
    code: 'database',
    hint: 'The disk is full; pushes stay in the spool until there is room.',
    cause: full,
    transient: true,
  });
  const io = Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_SHMSIZE' });
  t.match(databaseError(io, 'x'), { code: 'database', hint: /^The disk is full, or fails/ });
  const odd = Object.assign(new Error('odd'), { code: 'SQLITE_ODD' });
  t.match(databaseError(odd, 'x'), { code: 'database', message: 'x: odd (SQLITE_ODD)', hint: undefined });
  const damaged = Object.assign(new Error('malformed'), { code: 'SQLITE_CORRUPT_INDEX' });
  t.match(databaseError(damaged, 'x'), { code: 'database', transient: false }, 'no wait mends it');
  const large = Object.assign(new Error('string or blob too big'), { code: 'SQLITE_TOOBIG' });
  t.match(databaseError(large, 'x'), { code: 'refused', transient: false }, 'others may come in');
});

t.test('the files that come beside it have its mode', async t => {
  const dir = t.testdir({});
  const file = join(dir, 'belfry.db');
  writeFileSync(file, '');
  chmodSync(file, 0o600);
  const db = openDatabase(file);
  db.exec('create table number (n integer) strict');
  for (const name of ['belfry.db', 'belfry.db-wal', 'belfry.db-shm']) {
    t.equal(statSync(join(dir, name)).mode & 0o777, 0o600, name);
  }
  db.close();
});
