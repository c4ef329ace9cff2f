/** Requests that nobody announced: the hook was killed, or could not be started. A scan finds them. */
import { join } from 'node:path';
import t from 'tap';
import { openStore } from '../../src/store/sqlite.ts';
import { PROJECT } from '../support/belfry.ts';
import type { Json } from '../support/gitee-literals.ts';
import { matches } from '../support/matches.ts';
import { hookReports, lossy, quietStage } from '../support/quiet-stage.ts';
import { until } from '../support/until.ts';

const ZERO = '0'.repeat(40);
const HEAD = 'refs/pull/1/head';

t.test('a scan finds the requests that no hook announced, and who pushed them', async t => {
  const stage = await quietStage(t);
  const { belfry, repository } = stage;
  const scan = () => belfry.json<Json[]>(['scan', 'acme/app']);
  const push = await lossy(stage);
  const first = await stage.branch('work', { 'b.txt': 'b\n' }, 'A bell\n');
  t.match((await push(['HEAD:refs/for/main'], ['title=Not to be known'])).stderr, 'merge request !1:');
  t.equal((await belfry.run(['mr', 'show', '1', '--repo', 'acme/app'])).status, 1, 'nobody knows of it');
  matches(t, await scan(), [{ outcome: 'recovered', refs: 1, deliveries: 1 }]);
  matches(t, await stage.next(), [
    { action: 'open', number: 1, title: 'A bell', sender: { login: 'alice' }, author: { login: 'alice' } },
  ]);
  matches(t, await scan(), [{ outcome: 'same' }], 'once');

  const second = await repository.commit({ files: { 'c.txt': 'c\n' } });
  await push(['HEAD:refs/for/main']);
  await repository.git('checkout', '-q', 'main');
  const merged = await repository.commit({ files: { 'd.txt': 'd\n' } });
  await push(['main']);
  matches(t, await scan(), [{ outcome: 'recovered', refs: 2 }], 'a branch as well');
  matches(t, await stage.next(), [
    {
      action: 'update',
      sender: { login: 'alice' },
      pull_request: { head: { sha: second }, base: { sha: merged }, commits: 2 },
    },
  ]);
  const parents = await repository.server('show', '-s', '--format=%P', 'refs/pull/1/MERGE');
  t.equal(parents, `${merged} ${second}`);

  await hookReports(stage, [ZERO, first, HEAD], 'It came late');
  matches(t, await stage.next(), [
    {
      action: 'update',
      action_desc: 'update',
      title: 'It came late',
      pull_request: { head: { sha: second } },
    },
  ]);
});

t.test('what goes no further than the request is found, too', async t => {
  const stage = await quietStage(t);
  const { repository, belfry } = stage;
  const tip = await stage.branch('work', { 'b.txt': 'b\n' });
  await stage.push(['HEAD:refs/heads/work']);
  await repository.server('config', 'receive.denyNonFastForwards', 'true');
  await repository.git('commit', '-q', '--amend', '-m', 'Other');
  const refused = await stage.refused(['--atomic', 'HEAD:refs/for/main', '+HEAD:refs/heads/work']);
  t.match(refused, /HEAD -> refs\/for\/main \(atomic push failure\)/);
  t.equal(await stage.ref('refs/heads/work'), tip);
  matches(t, await belfry.json(['scan', 'acme/app']), [{ outcome: 'recovered', refs: 1 }]);
  matches(t, await stage.next(), [{ action: 'open', number: 1, title: 'Other' }]);

  const options = Array.from({ length: 20 }, () => `description=${'x'.repeat(60_000)}`);
  const large = await stage.refused(['HEAD:refs/for/main/large'], { options });
  t.match(large, '(the push options have 1200240 bytes, at most 1048576 fit)');
  await stage.push(['HEAD:refs/for/main/large'], { options: options.slice(0, 17) });
  matches(t, await stage.next(), [{ action: 'open', number: 2, body: 'x'.repeat(60_000) }]);
});

t.test('a worker after one that was killed finds them by itself', async t => {
  const stage = await quietStage(t);
  const push = await lossy(stage);
  const head = await stage.branch('work', { 'b.txt': 'b\n' });
  await stage.push(['HEAD:refs/heads/one']);
  await until('a worker', () => stage.belfry.worker());
  await push(['HEAD:refs/for/main']);
  await stage.belfry.stopWorker('SIGKILL');
  await stage.push(['HEAD:refs/heads/two']);
  matches(t, await stage.next(), [{ action: 'open', number: 1, pull_request: { head: { sha: head } } }]);
});

t.test('a number that was given out, and then proc-receive was killed, is that of the next push', async t => {
  const stage = await quietStage(t);
  const { belfry, root } = stage;
  const head = await stage.branch('work', { 'b.txt': 'b\n' });
  const store = openStore({ home: belfry.home, migrations: join(PROJECT, 'migrations'), opening: 'use' });
  const [row] = await store.repositories.list();
  const { id: authorId } = await store.users.ensure('alice', {}, 1);
  const key = { repositoryId: row!.id, authorId, target: 'main', topic: 'x' };
  await store.mergeRequests.reserve(key, { head, base: root }, 7, 1);
  store.close();
  t.same(await belfry.json(['mr', 'list']), [], 'it is none yet');
  matches(t, await belfry.json(['scan', 'acme/app']), [{ outcome: 'same' }], 'nothing has moved');
  t.match(
    await stage.refused(['HEAD:refs/for/main/x'], { options: ['close'] }),
    'main with the topic x is open',
  );
  t.match((await stage.push(['HEAD:refs/for/main/x'])).stderr, 'merge request !7:');
  matches(t, await stage.next(), [{ action: 'open', number: 7, pull_request: { head: { sha: head } } }]);
});
