import { chownSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import { createIntake, takeIn } from '../../src/announce/take-in.ts';
import { prepareHome } from '../../src/host/home.ts';
import { resolveSettings } from '../../src/settings/settings.ts';
import { openSpool } from '../../src/spool/spool.ts';
import { openStore } from '../../src/store/sqlite.ts';
import { NOW, sampleWebhook } from '../store/samples.ts';
import { MIGRATIONS, openTestStore } from '../store/stage.ts';
import { type GitRepository, gitRepository } from '../support/git-repository.ts';
import { gitsIn, letGitHang } from '../support/gits-in.ts';
import { matches } from '../support/matches.ts';
import { endProcess } from '../support/processes-of.ts';
import { until } from '../support/until.ts';

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
    intake: () =>
      createIntake({
        spool,
        store,
        settings,
        now: Date.now,
        log: (level, message) => void log.push(`${level} ${message}`),
        onRecorded: ids => void recorded.push(ids),
        stopping: () => false,
      }),
    take: (stopping = () => false, on = store, at = NOW) =>
      takeIn({
        spool,
        store: on,
        settings,
        now: () => at,
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
  'pushes become deliveries; what cannot be used is quarantined with its reason and blocks nobody',
  async t => {
    const { dir, repository, store, log, recorded, list, put, take } = await stage(t);
    const { id } = await store.webhooks.add(sampleWebhook(), '', NOW);
    const tip = await repository.commit({ files: { a: 'a' } });
    await repository.push(['HEAD:refs/heads/main', 'HEAD:refs/notes/x']);
    put('1-rubbish', 'rubbish');
    put('2-gone', pushed({ ...repository, path: join(dir, 'gone.git') }, [`${ZERO} ${tip} refs/heads/main`]));
    put('3-no-repository', pushed({ ...repository, path: dir }, [`${ZERO} ${tip} refs/heads/main`]));
    put('4-good', pushed(repository, [`${ZERO} ${tip} refs/heads/main`, `${ZERO} ${tip} refs/notes/x`]));
    t.strictSame(await take(), { taken: 2, held: 2 });
    t.strictSame(list('new'), ['2-gone', '3-no-repository'], 'they may be back in a moment');
    for (const seconds of [1, 6]) await take(undefined, undefined, NOW + seconds * 1_000);
    t.strictSame(list('new'), []);
    matches(t, await store.deliveries.list({ limit: 9 }), [
      { repository: 'acme/app', ref: 'refs/heads/main', webhook_id: id, state: 'pending' },
    ]);
    t.same(recorded, [[id]]);
    t.same(
      list('bad').filter(name => !name.endsWith('.reason')),
      ['1-rubbish', '2-gone', '3-no-repository'],
    );
    // Of several repositories nobody says which comes first.
    t.equal(log.filter(line => /^warn push \S+ is tried again in [15] s: /.test(line)).length, 4);
    matches(t, log.filter(line => !line.startsWith('warn')).sort(), [
      /^error file 1-rubbish in the spool is no push, and quarantined: it does not begin with "belfry-push"$/,
      /^error push 2-gone is quarantined: ENOENT/,
      /^error push 3-no-repository is quarantined: /,
      /^info acme\/app: push of 1 ref, 1 delivery$/,
      /^info acme\/app: refs\/notes\/x is neither a branch nor a tag: no event$/,
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
    const impatient = openStore({ home, migrations: MIGRATIONS, busyMs: 0, opening: 'use' });
    t.teardown(() => impatient.close());
    const other = new Database(join(home, 'belfry.db'));
    other.exec('begin immediate');
    await t.rejects(
      take(() => false, impatient),
      { code: 'database', transient: true },
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
  matches(t, await store.deliveries.list({ limit: 9 }), [{ repository: 'acme/app' }]);
});

t.test('a repository whose git hangs does not hold up another one, nor what comes later', async t => {
  const { dir, repository, store, list, put, intake } = await stage(t);
  await store.webhooks.add(sampleWebhook(), '', NOW);
  const tip = await repository.commit();
  await repository.push(['HEAD:refs/heads/main', 'HEAD:refs/heads/later']);
  const hanging = await gitRepository(dir, { fullName: 'acme/hanging' });
  const other = await hanging.commit();
  await hanging.push(['HEAD:refs/heads/main']);
  const makeWell = await letGitHang(hanging.path);
  put('1-hanging', pushed(hanging, [`${ZERO} ${other} refs/heads/main`]));
  put('2-good', pushed(repository, [`${ZERO} ${tip} refs/heads/main`]));
  const taking = intake();
  const ended = taking.takeIn();
  const told = async (count: number) =>
    (await store.deliveries.list({ limit: 9 })).filter(one => one.repository === 'acme/app').length === count;
  await until('the good one', () => told(1));
  put('3-later', pushed(repository, [`${ZERO} ${tip} refs/heads/later`]));
  taking.poke();
  await until('the later one', () => told(2));
  await until('the one that hangs to be alone', () => list('new').join() === '1-hanging');
  t.ok(taking.giveUp() > 0);
  await ended;
  // A git that begins when the repository is well again would finish what was given up.
  await until('what was given up to end', () => {
    for (const pid of gitsIn(hanging.path)) endProcess(pid, 'SIGKILL');
    return taking.giveUp() === 0;
  });
  makeWell();
  t.same(list('new'), ['1-hanging'], 'what was given up changes nothing');
  t.same(list('bad'), []);
  t.equal((await intake().takeIn()).taken, 1);
  matches(t, await store.deliveries.list({ limit: 1 }), [{ repository: 'acme/hanging' }]);
});

t.test('pushes to one repository stay in their order, though several repositories are at work', async t => {
  const { dir, repository, store, home, put, intake } = await stage(t);
  await store.webhooks.add(sampleWebhook(), '', NOW);
  const second = await gitRepository(dir, { fullName: 'acme/second' });
  const both = [repository, second];
  for (const [number, one] of both.entries()) {
    let old = ZERO;
    for (let n = 0; n < 5; n++) {
      const tip = await one.commit({ message: `${n}\n` });
      await one.push(['HEAD:refs/heads/main']);
      // The names say nothing of the order.
      const name = `${9 - n}-${number}`;
      put(name, pushed(one, [`${old} ${tip} refs/heads/main`]));
      utimesSync(join(home, 'spool', 'new', name), 1_000 + n, 1_000 + n);
      old = tip;
    }
  }
  t.equal((await intake().takeIn()).taken, 10);
  const rows = (await store.deliveries.list({ limit: 99 })).reverse();
  for (const name of ['acme/app', 'acme/second']) {
    const tips = [];
    for (const { id } of rows.filter(row => row.repository === name)) {
      const { before, after } = JSON.parse((await store.deliveries.show(id)).data);
      tips.push([before, after]);
    }
    t.equal(tips.length, 5);
    t.equal(tips[0]![0], ZERO);
    for (let n = 1; n < 5; n++)
      t.equal(tips[n]![0], tips[n - 1]![1], `${name}: ${n} follows on the one before`);
  }
});

t.test(
  '3,000 files of rubbish of one account: the push of another is told before most of them are put away',
  { skip: process.getuid?.() !== 0 && 'only root can give files away' },
  async t => {
    const { home, repository, store, spool, log, recorded, list, put, intake } = await stage(t);
    await store.webhooks.add(sampleWebhook(), '', NOW);
    const tip = await repository.commit();
    await repository.push(['HEAD:refs/heads/main']);
    for (let n = 0; n < 3_000; n++) {
      put(`rubbish-${n}`, 'rubbish');
      chownSync(join(home, 'spool', 'new', `rubbish-${n}`), 65_534, 65_534);
    }
    put('z-good', pushed(repository, [`${ZERO} ${tip} refs/heads/main`]));
    const gone = () => 3_000 - list('new').filter(name => name.startsWith('rubbish')).length;
    const taking = intake();
    const ended = taking.takeIn();
    await until('the push', () => recorded.length > 0, { everyMs: 1 });
    const before = gone();
    t.ok(before < 1_000, `${before} files of rubbish were put away first`);
    t.equal((await ended).taken, 3_001);
    t.same(list('new'), []);
    const bad = await spool.bad();
    t.equal(bad.length, 1_001, 'the first thousand, and a word on the rest');
    t.ok(bad.some(({ reason }) => /user 65534 left more than 1000 files/.test(reason)));
    t.equal(log.filter(line => line.startsWith('warn')).length, 1);
  },
);

t.test('a directory that lies elsewhere whenever it is looked at is quarantined', async t => {
  const { dir, repository, spool, put, list, intake } = await stage(t);
  const tip = await repository.commit();
  await repository.push(['HEAD:refs/heads/main']);
  put('turning', pushed(repository, [`${ZERO} ${tip} refs/heads/main`]));
  await spool.refresh();
  const takeTurn = spool.takeTurn;
  // As if the link had led elsewhere when the file was first opened, and each time since.
  spool.takeTurn = async most => {
    const entries = await takeTurn(most);
    for (const entry of entries) spool.move(entry, join(dir, 'elsewhere'));
    return entries;
  };
  const move = spool.move;
  spool.move = entry => move(entry, join(dir, 'elsewhere'));
  await intake().takeIn();
  t.same(list('new'), []);
  matches(t, await spool.bad(), [{ name: 'turning', reason: /kept changing/ }]);
});
