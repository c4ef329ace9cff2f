import t from 'tap';
import { NOW, openTestStore } from './stage.ts';

t.test('a directory keeps its id; its name follows the roots', async t => {
  const { store } = openTestStore(t);
  const { repositories, roots } = store;
  const seen = await repositories.register('/srv/git/acme/app.git', NOW);
  t.match(seen, { directory: '/srv/git/acme/app.git', full_name: 'app', company: null, created_at: NOW });
  t.same(await repositories.register('/srv/git/acme/app.git', NOW + 5), seen);
  t.equal(await roots.add('/srv/git'), true);
  t.equal(await roots.add('/srv/git'), false);
  t.match(await repositories.register('/srv/git/acme/app.git', NOW + 9), {
    id: seen.id,
    full_name: 'acme/app',
    company: 'acme',
    created_at: NOW,
  });
  t.equal((await repositories.byName('acme/app'))?.id, seen.id);
  t.equal(await repositories.byName('app'), null);
  t.equal((await repositories.byId(seen.id))?.full_name, 'acme/app');
  t.equal(await repositories.byId(99), null);
});

t.test('the list is by name, the companies are each there once', async t => {
  const { repositories, roots } = openTestStore(t).store;
  await roots.add('/srv/git');
  for (const name of ['b/two', 'a/one', 'solo', 'b/three', 'b/team/x']) {
    await repositories.register(`/srv/git/${name}.git`, NOW);
  }
  t.same(
    (await repositories.list()).map(row => [row.full_name, row.company]),
    [
      ['a/one', 'a'],
      ['b/team/x', 'b'],
      ['b/three', 'b'],
      ['b/two', 'b'],
      ['solo', null],
    ],
  );
  t.same(await repositories.companies(), ['a', 'b']);
});

t.test('two directories that would have one name: the second takes more of its path', async t => {
  const { repositories } = openTestStore(t).store;
  t.match(await repositories.register('/home/a/app.git', NOW), { full_name: 'app' });
  t.match(await repositories.register('/home/b/app.git', NOW), { full_name: 'b/app', company: 'b' });
  t.match(await repositories.register('/srv/b/app.git', NOW), { full_name: 'srv/b/app', company: 'srv' });
});

t.test('roots are listed innermost first, and can be removed', async t => {
  const { roots } = openTestStore(t).store;
  for (const path of ['/srv', '/srv/git/private', '/srv/git', '/opt/x']) await roots.add(path);
  t.same(await roots.list(), ['/srv/git/private', '/srv/git', '/opt/x', '/srv']);
  t.equal(await roots.remove('/srv'), true);
  t.equal(await roots.remove('/srv'), false);
  t.equal((await roots.list()).length, 3);
});
