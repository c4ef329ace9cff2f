/** What a migration makes of an older home's merge requests. */
import { join } from 'node:path';
import t from 'tap';
import { openStore } from '../../src/store/sqlite.ts';
import { bringToOld, oldDatabase } from './old-schema.ts';
import { MIGRATIONS } from './stage.ts';

t.test('an upgrade keeps them on where some were made', async t => {
  const dir = t.testdir({ home: {} });
  const db = oldDatabase(join(dir, 'home', 'belfry.db'), 14);
  db.exec(`
    insert into root (path) values ('/srv');
    insert into user (login, name, created_at) values ('alice', 'Alice', 1);
    insert into repository (directory, path, full_name, root, created_at)
      values ('/srv/used.git', '/srv/used.git', 'used', '/srv', 1), ('/srv/not.git', '/srv/not.git', 'not', '/srv', 1);
    insert into merge_request (repository_id, number, author_id, target, topic, takes_pushes, state, title, body, draft, head,
      base, merge_status, additions, deletions, changed_files, commits, comments, patch_ids, updated_by, created_at,
      updated_at, version)
      values (1, 1, 1, 'main', '', 0, 'merged', '', '', 0, 'a', 'b', 'unchecked', 0, 0, 0, 0, 0, '{}', 1, 1, 1, 0);
  `);
  bringToOld(db).close();
  const store = openStore({ home: join(dir, 'home'), migrations: MIGRATIONS, opening: 'upgrade' });
  t.teardown(() => store.close());
  const choices = (await store.repositories.list()).map(async row => [
    row.full_name,
    await store.mergeRequests.choice(row),
    await store.mergeRequests.any(row.id),
  ]);
  t.strictSame(await Promise.all(choices), [
    ['not', null, false],
    ['used', 'unguarded', true],
  ]);
});
