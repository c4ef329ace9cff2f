/** `repo.exclude`: these repositories are not announced, by whatever way; and the setting counts at once. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { takeIn } from '../../src/announce/take-in.ts';
import { openSpool } from '../../src/spool/spool.ts';
import { ledgerStage } from '../announce/ledger-stage.ts';
import { gitRepository } from '../support/git-repository.ts';
import { tower } from '../support/tower.ts';

t.test(
  'a push costs one line in the log; taken back, the next one is told, and nothing of what was before',
  async t => {
    const stage = await ledgerStage(t);
    const { repository, settings, store, home, now, row } = stage;
    const said: string[] = [];
    const push = async (...refs: string[]) => {
      await repository.commit();
      await repository.push(refs);
      const spool = openSpool(join(home, 'spool'));
      const log = (level: string, message: string) => void said.push(`${level} ${message}`);
      await takeIn({ spool, store, settings, now, log, stopping: () => false, onRecorded: () => {} });
      t.strictSame(await spool.waiting(), []);
      t.strictSame(await spool.bad(), []);
    };
    await push('main');
    await stage.advance(1);
    t.equal((await stage.told(1)).length, 1);

    said.length = 0;
    settings['repo.exclude'] = 'acme/app';
    await push('main', 'main:refs/heads/quiet');
    await push('main');
    t.strictSame(said, Array(2).fill('info acme/app is excluded by repo.exclude: a push is not announced'));
    t.match(await stage.scan(), { outcome: 'excluded', refs: 0, deliveries: 0 });
    t.strictSame(await stage.ledger(), {});
    t.equal(await store.ledger.baselineAt(row.id), null);

    settings['repo.exclude'] = '';
    const before = await repository.git('rev-parse', 'HEAD');
    await push('main');
    const after = await repository.git('rev-parse', 'HEAD');
    t.match(await stage.scan(), { outcome: 'same' });
    await stage.advance(1);
    t.strictSame((await stage.told(2)).slice(1), [['refs/heads/main', before, after]]);
    t.equal((await stage.deliveries()).length, 2);
  },
);

t.test('hooks that are there already: who waits is told why, and a merge request is refused', async t => {
  const stage = await tower(t);
  const { belfry, dir, root, webhook, receiver } = stage;
  const wiki = await gitRepository(dir, { fullName: 'acme/app.wiki' });
  await belfry.json(['config', 'set', 'repo.exclude', '']);
  await belfry.json(['install', '--merge-requests', root]);
  await webhook('/hook');
  await wiki.commit();
  await wiki.push(['main']);
  await receiver.received(1);

  await belfry.json(['config', 'set', 'repo.exclude']);
  await wiki.commit();
  const pushed = await wiki.push(['main'], { options: ['belfry.wait=60'] });
  t.equal(pushed.status, 0);
  t.ok(
    pushed.stderr.includes(
      'remote: belfry: this repository is excluded by repo.exclude: its pushes are not announced',
    ),
    pushed.stderr,
  );
  const request = await wiki.push(['main:refs/for/main/topic']);
  t.equal(request.status, 1);
  t.ok(request.stderr.includes("is excluded by belfry's setting repo.exclude"), request.stderr);
  const log = await readFile(join(belfry.home, 'log', 'worker.log'), 'utf8');
  t.equal(log.split('acme/app.wiki is excluded by repo.exclude').length, 2, 'one line');
  t.equal((await stage.settled(1)).length, 1, 'and no delivery');
});
