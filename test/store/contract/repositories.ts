/** Repositories: which directory is which, and what they are called. */

import type { Test } from 'tap';
import type { Place } from '../../../src/model/place.ts';
import type { SettledRepositories } from '../../../src/model/repository.ts';
import { settleNames } from '../../../src/model/settle-names.ts';
import type { Store } from '../../../src/store/store.ts';
import { deliveriesFor } from '../../../src/webhooks/deliveries-for.ts';
import { matches } from '../../support/matches.ts';
import { sampleIssue } from '../../support/sample-events.ts';
import { branches, NOW, recordPush, register, sampleWebhook } from '../samples.ts';
import type { Open } from './open.ts';

/** A directory below /srv/git or outside, as it is seen. */
function at(path: string, inode: number, more: Partial<Place> = {}): Place {
  const identity = { inode: String(inode), birth: `b${inode}`, device: 'd1' };
  const root = path.startsWith('/srv/git/') ? '/srv/git' : null;
  return { path, directory: path, root, linked: false, identity, ...more };
}

/** What is known after these were seen; nothing is at any other path. */
async function see(store: Store, ...places: Place[]): Promise<SettledRepositories> {
  const looked = new Set(places.map(({ path }) => path));
  for (;;) {
    const paths = places.map(({ path }) => path);
    const settled = await store.repositories.settle(places, looked, paths, settleNames, NOW);
    if (!('unexamined' in settled)) return settled;
    for (const path of settled.unexamined) looked.add(path);
  }
}

export function repositoriesContract(t: Test, open: Open): void {
  t.test('a directory keeps its id; its name follows the roots', async t => {
    const { store } = await open(t);
    const { repositories, roots } = store;
    const seen = await register(store, '/srv/git/acme/app.git', NOW);
    t.match(seen, { directory: '/srv/git/acme/app.git', full_name: 'app', company: null, root: null });
    t.same(await register(store, '/srv/git/acme/app.git', NOW + 5), seen);
    t.equal(await roots.add('/srv/git'), true);
    t.equal(await roots.add('/srv/git'), false);
    t.match(await register(store, '/srv/git/acme/app.git', NOW + 9), {
      id: seen.id,
      full_name: 'acme/app',
      company: 'acme',
      root: '/srv/git',
      created_at: NOW,
    });
    t.equal((await repositories.byName('acme/app'))?.id, seen.id);
    t.equal(await repositories.byName('app'), null);
    t.equal((await repositories.byId(seen.id))?.full_name, 'acme/app');
    t.equal(await repositories.byId(99), null);
  });

  t.test('a root inside a root changes no name', async t => {
    const { store } = await open(t);
    const { roots } = store;
    await roots.add('/srv/git');
    const seen = await register(store, '/srv/git/acme/app.git', NOW);
    await roots.add('/srv/git/acme');
    t.same(await register(store, '/srv/git/acme/app.git', NOW), seen);
    t.match(await register(store, '/srv/git/acme/lib.git', NOW), {
      full_name: 'acme/lib',
      company: 'acme',
    });
  });

  t.test('the list is by name, the companies are each there once', async t => {
    const { store } = await open(t);
    const { repositories, roots } = store;
    await roots.add('/srv/git');
    for (const name of ['b/two', 'a/one', 'solo', 'b/three', 'b/team/x']) {
      await register(store, `/srv/git/${name}.git`, NOW);
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

  t.test('outside all roots there is no company; the second of one name takes more of its path', async t => {
    const { store } = await open(t);
    const { repositories } = store;
    t.match(await register(store, '/home/a/app.git', NOW), { full_name: 'app', company: null });
    t.match(await register(store, '/home/b/app.git', NOW), { full_name: 'b/app', company: null });
    t.match(await register(store, '/srv/b/app.git', NOW), { full_name: 'srv/b/app', company: null });
    t.same(await repositories.companies(), []);
  });

  t.test('a name taken early: below a root the path has it, and the other one gets another', async t => {
    const { store } = await open(t);
    const { repositories, roots } = store;
    const early = await register(store, '/home/acme/app.git', NOW);
    const earlier = await register(store, '/home/x/acme/app.git', NOW);
    t.equal(earlier.full_name, 'acme/app');
    await roots.add('/srv/git');
    t.match(await register(store, '/srv/git/acme/app.git', NOW), {
      full_name: 'acme/app',
      company: 'acme',
    });
    t.match(await register(store, '/srv/git/app.git', NOW), { full_name: 'app' });
    const names = [early, earlier].map(async ({ id }) => (await repositories.byId(id))?.full_name);
    t.same(await Promise.all(names), ['home/acme/app', 'x/acme/app']);
  });

  t.test('webhooks, ledger and what is known of the repository go along when it is renamed', async t => {
    const { store } = await open(t);
    await store.roots.add('/srv/git');
    const row = (await see(store, at('/srv/git/acme/old.git', 1))).rows[0]!;
    await store.webhooks.add(sampleWebhook({ scope: `repository:${row.id}` }), '', NOW);
    await store.ledger.adopt(row.id, [{ ref: 'refs/heads/main', id: 'a'.repeat(40) }]);
    const { rows, renamed, replaced, gone } = await see(store, at('/srv/git/acme/new.git', 1));
    matches(t, rows, [{ id: row.id, full_name: 'acme/new', company: 'acme', path: '/srv/git/acme/new.git' }]);
    matches(t, renamed, [{ row: { id: row.id }, from: 'acme/old' }]);
    t.same([replaced, gone], [[], []]);
    t.same(await store.ledger.page(row.id, '', 9), [{ ref: 'refs/heads/main', tip: 'a'.repeat(40) }]);
  });

  t.test('another directory at the name is still the repository, and said to be another one', async t => {
    const { store } = await open(t);
    await store.roots.add('/srv/git');
    const row = (await see(store, at('/srv/git/app.git', 1))).rows[0]!;
    const { rows, replaced, renamed } = await see(store, at('/srv/git/app.git', 2));
    t.equal(rows[0]!.id, row.id);
    matches(t, replaced, [{ id: row.id }]);
    t.same(renamed, []);
    t.same((await see(store, at('/srv/git/app.git', 2))).replaced, [], 'once');
  });

  t.test('repositories that change places change their names in one step', async t => {
    const { store } = await open(t);
    await store.roots.add('/srv/git');
    const [one, two] = (await see(store, at('/srv/git/a.git', 1), at('/srv/git/b.git', 2))).rows;
    await see(store, at('/srv/git/a.git', 2), at('/srv/git/b.git', 1));
    t.same(
      (await store.repositories.list()).map(({ id, full_name }) => [id, full_name]),
      [
        [two!.id, 'a'],
        [one!.id, 'b'],
      ],
    );
  });

  t.test('what is gone says so until it is there again', async t => {
    const { store } = await open(t);
    await store.roots.add('/srv/git');
    await see(store, at('/srv/git/app.git', 1));
    const { gone } = await store.repositories.settleAll([], settleNames, NOW + 5);
    matches(t, gone, [{ full_name: 'app', gone_at: NOW + 5 }]);
    t.same((await store.repositories.settleAll([], settleNames, NOW + 9)).gone, [], 'said once');
    await see(store, at('/srv/git/app.git', 1));
    t.match(await store.repositories.byName('app'), { gone_at: null });
  });

  t.test('what nobody installed stays unknown when everything is looked at', async t => {
    const { store } = await open(t);
    await store.repositories.settleAll([at('/srv/git/app.git', 1)], settleNames, NOW);
    t.same(await store.repositories.list(), []);
  });

  t.test('nothing is written for a repository that stands as it was seen', async t => {
    const { store } = await open(t);
    await store.roots.add('/srv/git');
    const { rows } = await see(store, at('/srv/git/app.git', 1));
    t.same(await store.repositories.sameAs(at('/srv/git/app.git', 1)), rows[0]);
    t.equal(await store.repositories.sameAs(at('/srv/git/app.git', 2)), null);
    t.equal(await store.repositories.sameAs(at('/srv/git/new.git', 1)), null);
  });

  t.test('two rows become one by an admin’s word, with what happened to both', async t => {
    const { store } = await open(t);
    await store.webhooks.add(sampleWebhook(), '', NOW);
    await recordPush(store, branches('main'), { directory: '/srv/git/acme/old.git' });
    await recordPush(store, branches('main'), { directory: '/srv/git/acme/new.git' });
    const { repositories } = store;
    const [old, fresh] = [await repositories.byName('acme/old'), await repositories.byName('acme/new')];
    await store.emissions.record({ repository: fresh!, key: 'k', event: sampleIssue() }, deliveriesFor, NOW);
    await store.emissions.record({ repository: old!, key: 'k', event: sampleIssue() }, deliveriesFor, NOW);
    const moved = await repositories.move(old!.id, at('/srv/git/acme/new.git', 7));
    t.match(moved, { id: old!.id, full_name: 'acme/new', path: '/srv/git/acme/new.git' });
    t.equal(await repositories.byId(fresh!.id), null);
    t.equal((await store.deliveries.list({ limit: 9, repository: 'acme/new' })).length, 2);
  });

  t.test('one with webhooks of its own does not become a part of another', async t => {
    const { store } = await open(t);
    await store.roots.add('/srv/git');
    const [old, fresh] = (await see(store, at('/srv/git/old.git', 1), at('/srv/git/new.git', 2))).rows;
    const hook = await store.webhooks.add(sampleWebhook({ scope: `repository:${fresh!.id}` }), '', NOW);
    await t.rejects(store.repositories.move(old!.id, at('/srv/git/new.git', 2)), {
      code: 'conflict',
      message: `new has webhooks of its own: ${hook.id}`,
    });
    t.match(await store.repositories.byName('old'), { path: '/srv/git/old.git' }, 'nothing has changed');
  });

  t.test('forgotten: its webhooks are switched off, its events stay, its name is free', async t => {
    const { store } = await open(t);
    await recordPush(store, branches('main'), { directory: '/srv/git/acme/app.git' });
    const row = (await store.repositories.byName('acme/app'))!;
    const hook = await store.webhooks.add(sampleWebhook({ scope: `repository:${row.id}` }), '', NOW);
    t.same(await store.repositories.remove(row.id, NOW), [hook.id]);
    t.equal((await store.webhooks.get(hook.id)).active, false);
    t.equal(await store.repositories.byName('acme/app'), null);
    t.same(await store.repositories.companies(), []);
    const again = await register(store, '/srv/git/acme/app.git', NOW);
    t.not(again.id, row.id);
    t.equal(again.full_name, 'acme/app');
  });

  t.test('roots are listed outermost first, and can be removed', async t => {
    const { roots } = (await open(t)).store;
    for (const path of ['/srv', '/srv/git/private', '/srv/git', '/opt/x']) await roots.add(path);
    t.same(await roots.list(), ['/srv', '/opt/x', '/srv/git', '/srv/git/private']);
    t.equal(await roots.remove('/srv'), true);
    t.equal(await roots.remove('/srv'), false);
    t.equal((await roots.list()).length, 3);
  });
}
