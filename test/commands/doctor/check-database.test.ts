/** Databases that cannot be used, each with its own way out. */
import { realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import { checkDatabase } from '../../../src/commands/doctor/check-database.ts';
import { examineDatabase } from '../../../src/store/examine-database.ts';
import { oldDatabase } from '../../store/old-schema.ts';
import { MIGRATIONS, openTestStore } from '../../store/stage.ts';
import { matches } from '../../support/matches.ts';

t.test('states', async t => {
  const { home, store } = openTestStore(t);
  const look = () => examineDatabase(home, MIGRATIONS, 100);
  t.same(await Array.fromAsync(checkDatabase(home, look())), [], 'a healthy one');
  const mounts = join(home, 'mounts');
  writeFileSync(
    mounts,
    `/dev/x / ext4 rw 0 0\nhost:/ ${realpathSync(home).replaceAll(' ', '\\040')} nfs4 rw 0 0\n`,
  );
  matches(t, await Array.fromAsync(checkDatabase(home, look(), mounts)), [
    {
      level: 'problem',
      got: 'nfs4',
      fix: /^findmnt .*\n# to move[\s\S]*\n# cp -a [\s\S]*\n# \.\/install\.sh --home DIR /,
    },
  ]);

  const older = { ...look(), schema: 1, newest: 2 };
  matches(t, await Array.fromAsync(checkDatabase(home, older)), [
    { level: 'problem', got: /^schema 1,/, fix: 'belfry install' },
  ]);

  store.close();
  const db = new Database(join(home, 'belfry.db'));
  db.pragma('user_version = 999');
  db.close();
  matches(t, await Array.fromAsync(checkDatabase(home, look())), [
    {
      level: 'problem',
      got: 'schema 999, of a newer belfry',
      fix: /^\.\/install\.sh {3}# of the newer belfry/,
    },
  ]);

  const refused = t.testdir({ foreign: {}, old: {} });
  const foreign = new Database(join(refused, 'foreign', 'belfry.db'));
  foreign.pragma('application_id = 1');
  foreign.close();
  oldDatabase(join(refused, 'old', 'belfry.db'), 9).close();
  for (const [name, got, fix] of [
    [
      'foreign',
      /another program: its application id is 0x00000001$/,
      /^for f in .*belfry\.db\*; do mv .*\.foreign.*\nbelfry restore/,
    ],
    [
      'old',
      /has schema 9, from before 0\.2\.0/,
      /^git checkout [0-9a-f]{40} && \{ \.\/install\.sh; git checkout -; \} && \.\/install\.sh /,
    ],
  ] as const) {
    const state = examineDatabase(join(refused, name), MIGRATIONS);
    matches(t, await Array.fromAsync(checkDatabase(join(refused, name), state)), [
      { level: 'problem', got, fix },
    ]);
  }

  writeFileSync(join(home, 'belfry.db'), 'no database, but long enough to be read as one');
  const damaged = await Array.fromAsync(checkDatabase(home, look()));
  matches(t, damaged, [{ level: 'problem', got: /SQLITE_NOTADB/, fix: /restore a backup[\s\S]*start over/ }]);

  const empty = t.testdir({});
  matches(t, await Array.fromAsync(checkDatabase(empty, examineDatabase(empty, MIGRATIONS))), [
    {
      level: 'problem',
      got: /^none; pushes wait/,
      fix: /^belfry restore --yes BACKUP\n# or start over[^\n]*: belfry install DIR/,
    },
  ]);
});

t.test('a database that cannot be used: what helps depends on why', async t => {
  const { home, store } = openTestStore(t);
  const healthy = examineDatabase(home, MIGRATIONS);
  store.close();
  for (const [code, fix] of [
    ['SQLITE_FULL', /^df -h /],
    ['SQLITE_IOERR_READ', /^sudo dmesg /],
    ['SQLITE_CANTOPEN', /^sudo chown -R --reference=/],
    ['SQLITE_READONLY_DIRECTORY', /^sudo chown -R --reference=/],
    ['SQLITE_PROTOCOL', /^ls -l /],
  ] as const) {
    const state = { ...healthy, trouble: { code, message: 'm' } };
    matches(t, await Array.fromAsync(checkDatabase(home, state)), [{ level: 'problem', got: 'm', fix }]);
  }
});
