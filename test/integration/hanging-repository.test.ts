/** A repository whose git hangs holds up nobody: no other repository, no delivery, and not the end of the worker. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { gitRepository } from '../support/git-repository.ts';
import { gitsIn, letGitHang } from '../support/gits-in.ts';
import { matches } from '../support/matches.ts';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

t.test('a repository whose git hangs', async t => {
  const stage = await tower(t);
  const { belfry, receiver, repository } = stage;
  const hanging = await gitRepository(stage.dir, { fullName: 'acme/hanging' });
  await belfry.json(['install', stage.root]);
  await stage.webhook('/hook');
  await repository.commit();
  await repository.push(['main']);
  await receiver.received(1);

  const worker = belfry.worker()!;
  process.kill(worker, 'SIGSTOP');
  await hanging.commit();
  await hanging.push(['main']);
  const makeWell = await letGitHang(hanging.path);
  process.kill(worker, 'SIGCONT');
  await until('git to hang', () => gitsIn(hanging.path).length > 0);
  for (const name of ['one', 'two']) {
    await repository.push([`main:refs/heads/${name}`]);
    await receiver.received(name === 'one' ? 2 : 3);
  }
  const names = () =>
    receiver.requests.map(({ body }) => JSON.parse(body.toString('utf8')).repository.path_with_namespace);
  t.same(names(), ['acme/app', 'acme/app', 'acme/app']);

  t.ok(await belfry.stopWorker('SIGTERM'), 'the worker ends');
  t.equal(readdirSync(join(belfry.home, 'spool', 'new')).length, 1, 'the push is still there');
  makeWell();
  const next = await belfry.run(['worker', '--once']);
  t.equal(next.status, 0, next.stderr);
  await receiver.received(4);
  t.equal(names()[3], 'acme/hanging', 'and is told when git is well again');
  matches(t, await belfry.json(['status']), { ok: true, spool_quarantined: [] });
});
