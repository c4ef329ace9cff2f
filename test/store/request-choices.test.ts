/** Where merge requests are taken: a repository's own choice, its roots', and what a migration makes of an older home. */
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/store.ts';
import { MIGRATIONS, openTestStore } from './stage.ts';

t.test('the last word about a directory holds for all that is below it', async t => {
  const { store } = openTestStore(t);
  for (const root of ['/srv/git', '/srv/git/open', '/srv/github']) await store.roots.add(root);
  const paths = ['/srv/git/a.git', '/srv/git/open/b.git', '/srv/github/c.git', '/elsewhere/d.git'];
  const rows = await Promise.all(paths.map(path => store.repositories.register(path, 1)));
  const choices = async () => Promise.all(rows.map(row => store.mergeRequests.choice(row)));
  t.strictSame(await choices(), [null, null, null, null]);
  await store.mergeRequests.chooseBelow('/srv/git', 'on');
  t.strictSame(await choices(), ['on', 'on', null, null]);
  t.ok(await store.roots.takeRequests());
  await store.mergeRequests.chooseBelow('/srv/git/open', 'off');
  await store.mergeRequests.chooseFor(rows[0]!.id, 'unguarded');
  await store.mergeRequests.chooseFor(rows[3]!.id, 'on');
  t.strictSame(await choices(), ['unguarded', 'off', null, 'on']);
  const later = { id: 0, path: '/srv/git/open/later.git', directory: '/disk2/later.git' };
  t.equal(await store.mergeRequests.choice(later), 'off', 'a repository that comes later');
  const linked = { ...later, path: '/links/later.git', directory: '/srv/git/later.git' };
  t.equal(await store.mergeRequests.choice(linked), 'on', 'by the directory that a link leads to');
  await store.mergeRequests.chooseBelow('/srv/git', 'on');
  t.strictSame(await choices(), ['on', 'on', null, 'on'], 'what was said before about less is forgotten');
});

t.test('an upgrade keeps them on where some were made', async t => {
  const dir = t.testdir({ home: {}, older: {} });
  const older = join(dir, 'older');
  for (const name of readdirSync(MIGRATIONS))
    if (name < '0015') await writeFile(join(older, name), await readFile(join(MIGRATIONS, name)));
  const file = join(dir, 'home', 'belfry.db');
  const db = openDatabase(file);
  migrate(db, older);
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
  db.close();
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

t.test('a number is given out only when it is the one that was asked about', async t => {
  const { store } = openTestStore(t);
  const row = await store.repositories.register('/srv/a.git', 1);
  const { id: authorId } = await store.users.ensure('alice', {}, 1);
  const key = (topic: string) => ({ repositoryId: row.id, authorId, target: 'main', topic });
  const commits = { head: 'a', base: 'b' };
  t.equal(await store.mergeRequests.next(key('x'), 4), 4);
  t.equal(await store.mergeRequests.reserve(key('x'), commits, 4, 1, 3), null);
  t.strictSame(await store.mergeRequests.taking(row.id), []);
  t.equal((await store.mergeRequests.reserve(key('x'), commits, 4, 1, 4))?.number, 4);
  t.equal(await store.mergeRequests.next(key('x'), 4), 4, 'of a topic that has one');
  t.equal(await store.mergeRequests.reserve(key('y'), commits, 4, 1, 4), null, 'given out meanwhile');
  t.equal((await store.mergeRequests.reserve(key('y'), commits, 4, 1)).number, 5);
});
