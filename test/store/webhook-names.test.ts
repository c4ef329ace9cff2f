/** Names that were not unique before a file could name a webhook: the oldest keeps it. */
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { MIGRATIONS } from './stage.ts';

t.test('each name once, whatever they were', async t => {
  const dir = t.testdir({});
  const before = join(dir, 'before');
  mkdirSync(before);
  for (const name of readdirSync(MIGRATIONS).filter(one => one < '0007'))
    copyFileSync(join(MIGRATIONS, name), join(before, name));
  const db = openDatabase(join(dir, 'belfry.db'));
  migrate(db, before);
  const add = db.prepare(
    `insert into webhook (name, scope, kind, url_sealed, url_masked, events, branches, auth, active, created_at, updated_at)
     values (?, 'all', 'gitee', '', '', '[]', '[]', 'none', 1, 0, 0)`,
  );
  for (const name of ['ci', '', 'ci', 'ci', 'docs', 'ci-7', 'ci', '']) add.run(name);
  migrate(db, MIGRATIONS);
  const names = db.prepare('select name from webhook order by id').pluck().all();
  t.strictSame(names, ['ci', '', 'ci-3', 'ci-4', 'docs', 'ci-7', '', '']);
  t.strictSame(db.prepare('select distinct missing from webhook').pluck().all(), ['[]']);
  t.throws(() => add.run('ci'), { code: 'SQLITE_CONSTRAINT_UNIQUE' });
  db.close();
});
