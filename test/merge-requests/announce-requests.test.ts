/** What a push costs that has nothing to do with a merge request, and what an older git can still say. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { announceRequests } from '../../src/merge-requests/announce-requests.ts';
import { tryMerge } from '../../src/merge-requests/examine-request.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { SYSTEM_PATH } from '../../src/system-path.ts';
import { deliveriesFor } from '../../src/webhooks/deliveries-for.ts';
import { register } from '../store/samples.ts';
import { PROJECT } from '../support/belfry.ts';
import { gitRepository } from '../support/git-repository.ts';
import { matches } from '../support/matches.ts';

t.test('no process where no request is concerned', async t => {
  const store = openStore({
    home: t.testdir({}),
    opening: 'make',
    migrations: join(PROJECT, 'migrations'),
  });
  t.teardown(() => store.close());
  const row = await register(store, '/nonexistent/app.git', 1);
  const user = await store.users.ensure('alice', {}, 1);
  const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];
  const key = { repositoryId: row.id, authorId: user.id, target: 'main', topic: '' };
  const announce = (...refs: string[]) =>
    announceRequests(
      {
        row,
        updates: refs.map(ref => ({ old: a, new: b, ref })),
        forced: new Set(),
        options: [],
        pusherId: user.id,
        pushedAt: 1,
        recovered: false,
      },
      store,
      async () => {
        throw new Error('nothing is described');
      },
    );
  const nothing = { events: [], records: [], notes: [] };
  t.same(await announce('refs/heads/main', 'refs/tags/v1', 'refs/notes/x', 'refs/pull/1/MERGE'), nothing);
  matches(t, await announce('refs/pull/9/head'), {
    events: [],
    notes: ['refs/pull/9/head belongs to no merge request'],
  });
  const record = (await store.mergeRequests.reserve(key, { head: b, base: a }, 1, 1))!;
  t.same(await announce('refs/heads/main'), nothing, 'one that is not announced yet is none');
  await store.mergeRequests.change(row, { ...record, state: 'open' }, () => [], deliveriesFor, 1);
  t.same(await announce('refs/heads/other'), nothing, 'an open one for another branch');
  await t.rejects(announce('refs/heads/main'), { code: 'git' }, 'only then git is asked');
});

t.test('numbers, topics, and what was computed from an older state', async t => {
  const store = openStore({
    home: t.testdir({}),
    opening: 'make',
    migrations: join(PROJECT, 'migrations'),
  });
  t.teardown(() => store.close());
  const row = await register(store, '/nonexistent/app.git', 1);
  const other = await register(store, '/nonexistent/other.git', 1);
  const user = await store.users.ensure('alice', {}, 1);
  const commits = { head: 'b'.repeat(40), base: 'a'.repeat(40) };
  const reserve = async (topic: string, repositoryId = row.id, first = 1) =>
    (await store.mergeRequests.reserve(
      { repositoryId, authorId: user.id, target: 'main', topic },
      commits,
      first,
      1,
    ))!;
  const one = await reserve('one');
  t.equal((await reserve('one')).id, one.id, 'one request for a topic');
  t.same((await reserve('two')).number, 2);
  t.same((await reserve('three', row.id, 40)).number, 40);
  t.same((await reserve('four')).number, 41);
  t.same((await reserve('one', other.id)).number, 1, 'counted in each repository');
  t.equal(await store.mergeRequests.get(row.id, 1), null, 'not to be seen before it is announced');

  const change = (record: typeof one) => store.mergeRequests.change(row, record, () => [], deliveriesFor, 2);
  await change({ ...one, state: 'open' });
  await t.rejects(change({ ...one, title: 'late' }), {
    code: 'conflict',
    message: '!1 was changed by somebody else',
  });
  const open = (await store.mergeRequests.get(row.id, 1))!;
  t.match(open, { state: 'open', title: '', version: 1 });
  await change({ ...open, state: 'closed' });
  const closed = (await store.mergeRequests.get(row.id, 1))!;
  t.equal((await reserve('one')).number, 42, 'the topic of a closed one is free');
  await t.rejects(change({ ...closed, state: 'open' }), { code: 'conflict', message: /same topic is open/ });
});

t.test('git before 2.38', async t => {
  const dir = t.testdir({ bin: {} });
  const repository = await gitRepository(dir);
  const root = await repository.commit({ files: { 'a.txt': 'a\n' } });
  const head = await repository.commit({ files: { 'b.txt': 'b\n' } });
  await repository.git('push', '-q', 'origin', 'main');
  const script = `#!/bin/sh\nfor a in "$@"; do [ "$a" != merge-tree ] || { echo 'usage: git merge-tree' >&2; exit 129; }; done\nPATH='${SYSTEM_PATH}' exec git "$@"\n`;
  await writeFile(join(dir, 'bin', 'git'), script, { mode: 0o755 });
  const place = { repository: repository.path, path: `${join(dir, 'bin')}:${SYSTEM_PATH}` };
  t.same(await tryMerge(place, { number: 1, target: 'main' }, { target: root, head }, undefined), {
    merging: { merge_status: 'unchecked', mergeable: null, merge_commit: null },
    note: 'usage: git merge-tree',
  });
});
