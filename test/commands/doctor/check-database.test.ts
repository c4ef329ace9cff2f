/** Databases that cannot be used, each with its own way out. */
import { realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t from 'tap';
import { checkDatabase } from '../../../src/commands/doctor/check-database.ts';
import { examineDatabase } from '../../../src/store/examine-database.ts';
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
    { level: 'problem', got: 'nfs4', fix: /--home DIR/ },
  ]);

  const older = { ...look(), schema: 1 };
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

  writeFileSync(join(home, 'belfry.db'), 'no database, but long enough to be read as one');
  const damaged = await Array.fromAsync(checkDatabase(home, look()));
  matches(t, damaged, [{ level: 'problem', got: /SQLITE_NOTADB/, fix: /restore a backup[\s\S]*start anew/ }]);

  const empty = t.testdir({});
  matches(t, await Array.fromAsync(checkDatabase(empty, examineDatabase(empty, MIGRATIONS))), [
    { level: 'problem', got: /^none: pushes wait/, fix: /^belfry restore --yes BACKUP\nbelfry install DIR/ },
  ]);
});
