/** What a backlog costs the database, as counts: the same for each push, however many wait. */
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { takeIn } from '../../src/announce/take-in.ts';
import { prepareHome } from '../../src/host/home.ts';
import { resolveSettings } from '../../src/settings/settings.ts';
import { openSpool } from '../../src/spool/spool.ts';
import { NOW, sampleWebhook } from '../store/samples.ts';
import { spySql } from '../store/spy-sql.ts';
import { openTestStore } from '../store/stage.ts';
import { gitRepository } from '../support/git-repository.ts';

const spy = spySql();
t.teardown(() => spy.stop());

t.test('nothing is prepared, one commit for each, and as many statements for eighty as for ten', async t => {
  const dir = t.testdir({});
  const home = join(dir, 'home');
  await prepareHome(home);
  const repository = await gitRepository(dir);
  const { store } = openTestStore(t, home);
  await store.roots.add(join(dir, 'root'));
  await store.webhooks.add(sampleWebhook(), '', NOW);
  const spool = openSpool(join(home, 'spool'));
  const settings = resolveSettings(new Map([['web.url', 'https://git.example.com']]), 'host');
  const log = () => {};
  const take = () =>
    takeIn({ spool, store, settings, now: () => NOW, log, onRecorded: log, stopping: () => false });

  const tree = await repository.git('mktree');
  let tip = await repository.git('commit-tree', '-m', 'One', tree);
  let pushes = 0;
  const cost = async (count: number) => {
    const lines: string[] = [];
    for (let n = 0; n < count; n++) {
      const next = await repository.git('commit-tree', '-p', tip, '-m', `${pushes + n}`, tree);
      lines.push(`${tip} ${next} refs/heads/main`);
      tip = next;
    }
    await repository.git('update-ref', 'refs/heads/main', tip);
    await repository.push(['main']);
    for (const line of lines) {
      const file = join(home, 'spool', 'new', `push-${pushes}`);
      writeFileSync(file, `belfry-push 1\ndirectory ${repository.path}\nhook 1\n\n${line}\n`);
      utimesSync(file, 1_700_000_000 + pushes, 1_700_000_000 + pushes);
      pushes++;
    }
    spy.reset();
    t.equal((await take()).taken, count);
    return {
      prepared: [...new Set(spy.prepared)],
      statements: spy.ran.length / count,
      commits: spy.ran.filter(sql => /^commit/i.test(sql)).length / count,
    };
  };
  // The first one makes users, and the repository known.
  await cost(1);
  const [few, many] = [await cost(10), await cost(80)];
  t.same(many.prepared, []);
  t.equal(many.commits, 1);
  t.ok(many.statements <= few.statements && many.statements < 30, `${few.statements}, ${many.statements}`);
});
