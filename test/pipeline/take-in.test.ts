import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import { takeIn } from '../../src/pipeline/take-in.ts';
import { resolveSettings } from '../../src/settings/settings.ts';
import { openSpool } from '../../src/spool/spool.ts';
import { openStore } from '../../src/store/store.ts';
import { prepareHome } from '../../src/system/prepare-home.ts';
import { MIGRATIONS, NOW, openTestStore, sampleWebhook } from '../store/stage.ts';
import { type GitRepository, gitRepository } from '../support/git-repository.ts';

const ZERO = '0'.repeat(40);

async function stage(t: Test) {
  const dir = t.testdir({});
  const home = join(dir, 'home');
  await prepareHome(home);
  const repository = await gitRepository(dir);
  const { store } = openTestStore(t, home);
  await store.roots.add(join(dir, 'root'));
  const spool = openSpool(join(home, 'spool'));
  const log: string[] = [];
  const recorded: number[][] = [];
  const settings = resolveSettings(new Map([['web.url', 'https://git.example.com']]), 'host');
  return {
    dir,
    home,
    repository,
    store,
    spool,
    log,
    recorded,
    list: (folder: string) => readdirSync(join(home, 'spool', folder)).sort(),
    put: (name: string, content: string) => writeFileSync(join(home, 'spool', 'new', name), content),
    take: (stopping = () => false, on = store) =>
      takeIn({
        spool,
        store: on,
        settings,
        now: () => NOW,
        log: (level, message) => void log.push(`${level} ${message}`),
        onRecorded: ids => void recorded.push(ids),
        stopping,
      }),
  };
}

/** As the hook writes it. */
function pushed(repository: GitRepository, updates: string[], header = 'env GL_USER zhang-san\n'): string {
  return `belfry-push 1\ndirectory ${repository.path}\nhook 1\n${header}\n${updates.map(line => `${line}\n`).join('')}`;
}

t.test(
  'pushes become deliveries; what cannot be used is set aside with its reason and blocks nobody',
  async t => {
    const { dir, repository, store, log, recorded, list, put, take } = await stage(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    const tip = await repository.commit({ files: { a: 'a' } });
    await repository.push(['HEAD:refs/heads/main', 'HEAD:refs/notes/x']);
    put('1-rubbish', 'rubbish');
    put('2-gone', pushed({ ...repository, path: join(dir, 'gone.git') }, [`${ZERO} ${tip} refs/heads/main`]));
    put('3-no-repository', pushed({ ...repository, path: dir }, [`${ZERO} ${tip} refs/heads/main`]));
    put('4-good', pushed(repository, [`${ZERO} ${tip} refs/heads/main`, `${ZERO} ${tip} refs/notes/x`]));
    t.equal((await take()).taken, 4);
    t.same(list('new'), []);
    t.match(await store.deliveries.list({ limit: 9 }), [
      { repository: 'acme/app', ref: 'refs/heads/main', webhook_id: id, state: 'pending' },
    ]);
    t.same(recorded, [[id]]);
    t.same(
      list('bad').filter(name => !name.endsWith('.reason')),
      ['1-rubbish', '2-gone', '3-no-repository'],
    );
    t.match(log, [
      /^error spool file 1-rubbish is set aside: it does not begin with "belfry-push"$/,
      /^error spool file 2-gone is set aside: ENOENT/,
      /^error spool file 3-no-repository is set aside: /,
      /^info acme\/app: refs\/notes\/x is neither a branch nor a tag: no event$/,
      /^info acme\/app: push of 1 ref, 1 delivery$/,
    ]);
    const logins = (await store.users.list()).map(user => user.login);
    for (const login of ['acme', 'zhang-san'])
      t.ok(logins.includes(login), 'the owner of the company, and who pushed');
  },
);

t.test('killed between the record and the removal: the file is read again, and is one push', async t => {
  const { repository, store, log, list, put, take } = await stage(t);
  await store.webhooks.add(sampleWebhook(), '', NOW);
  const tip = await repository.commit();
  await repository.push(['HEAD:refs/heads/main']);
  for (const _ of [1, 2]) {
    put('same', pushed(repository, [`${ZERO} ${tip} refs/heads/main`]));
    t.equal((await take()).taken, 1);
    t.same(list('new'), []);
  }
  t.equal((await store.deliveries.list({ limit: 9 })).length, 1);
  t.equal(log.length, 1);
});

t.test('told to stop, it stops between two files', async t => {
  const { spool, put, take } = await stage(t);
  for (const name of ['a', 'b', 'c']) put(name, 'rubbish');
  let asked = 0;
  t.equal((await take(() => ++asked > 2)).taken, 2);
  t.equal((await spool.waiting()).length, 1);
});

t.test(
  'a database that is busy: the files stay where they are, and are taken in when it is well again',
  async t => {
    const { home, repository, store, list, put, take, log } = await stage(t);
    await store.webhooks.add(sampleWebhook(), '', NOW);
    const tip = await repository.commit();
    await repository.push(['HEAD:refs/heads/main']);
    put('good', pushed(repository, [`${ZERO} ${tip} refs/heads/main`]));
    const impatient = openStore({ home, migrations: MIGRATIONS, busyMs: 0 });
    t.teardown(() => impatient.close());
    const other = new Database(join(home, 'belfry.db'));
    other.exec('begin immediate');
    await t.rejects(
      take(() => false, impatient),
      { code: 'SQLITE_BUSY' },
    );
    t.same(list('new'), ['good']);
    t.same(list('bad'), []);
    other.exec('rollback');
    other.close();
    t.equal((await take(() => false, impatient)).taken, 1);
    t.same(list('new'), []);
    t.equal(log.length, 1);
  },
);

t.test('a push that the database refuses to hold does not block all others for ever', async t => {
  const { dir, home, repository, store, list, put, take } = await stage(t);
  await store.webhooks.add(sampleWebhook(), '', NOW);
  const tip = await repository.commit();
  await repository.push(['HEAD:refs/heads/main']);
  const second = await gitRepository(dir, { fullName: 'acme/second' });
  await second.commit();
  await second.push(['HEAD:refs/heads/main']);
  // As a rule of the database does that the second push breaks, now and later.
  const db = new Database(join(home, 'belfry.db'));
  db.exec(`create trigger refuse before insert on push when new.spool_name = '1-refused'
    begin select raise(abort, 'refused'); end`);
  db.close();
  put('1-refused', pushed(second, [`${ZERO} ${await second.git('rev-parse', 'HEAD')} refs/heads/main`]));
  put('2-good', pushed(repository, [`${ZERO} ${tip} refs/heads/main`]));
  t.equal((await take()).taken, 2);
  t.same(list('new'), []);
  t.same(list('bad'), ['1-refused', '1-refused.reason']);
  t.match(await store.deliveries.list({ limit: 9 }), [{ repository: 'acme/app' }]);
});
