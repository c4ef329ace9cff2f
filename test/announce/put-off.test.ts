/** What passes, as a git that is killed or a repository that is away, costs a push some time and nothing else. */
import { chownSync, readdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { createIntake } from '../../src/announce/take-in.ts';
import { prepareHome } from '../../src/host/home.ts';
import { resolveSettings } from '../../src/settings/settings.ts';
import { openSpool } from '../../src/spool/spool.ts';
import { NOW, sampleWebhook } from '../store/samples.ts';
import { openTestStore } from '../store/stage.ts';
import { type GitRepository, gitRepository } from '../support/git-repository.ts';
import { gitsIn, letGitHang } from '../support/gits-in.ts';
import { endProcess } from '../support/processes-of.ts';

const ZERO = '0'.repeat(40);
const MAIN = 'refs/heads/main';

async function stage(t: Test) {
  const dir = t.testdir({});
  const home = join(dir, 'home');
  await prepareHome(home);
  const { store } = openTestStore(t, home);
  await store.roots.add(join(dir, 'root'));
  await store.webhooks.add(sampleWebhook(), '', NOW);
  const log: string[] = [];
  let at = NOW;
  const names = (folder: string) => readdirSync(join(home, 'spool', folder)).sort();
  return {
    dir,
    store,
    log,
    names,
    spool: openSpool(join(home, 'spool')),
    later: (seconds: number) => {
      at += seconds * 1_000;
    },
    put(name: string, { path }: Pick<GitRepository, 'path'>, old: string, tip: string, after = 0) {
      const file = join(home, 'spool', 'new', name);
      const header = `belfry-push 1\ndirectory ${path}\nhook 1\nenv GL_USER zhang-san\noption x=y\n`;
      writeFileSync(file, `${header}\n${old} ${tip} ${MAIN}\n`);
      utimesSync(file, NOW / 1_000 + after, NOW / 1_000 + after);
    },
    /** Each is what a worker has that has just been started. */
    intake: () =>
      createIntake({
        spool: openSpool(join(home, 'spool')),
        store,
        settings: resolveSettings(new Map([['web.url', 'https://git.example.com']]), 'host'),
        now: () => at,
        log: (level, message) => void log.push(`${level} ${message}`),
        onRecorded: () => {},
        stopping: () => false,
      }),
    /** What was told, oldest first: of which repository, by whom, up to where, with how many commits. */
    told: async () => {
      const rows = (await store.deliveries.list({ limit: 99 })).reverse();
      return Promise.all(
        rows.map(async ({ id, repository }) => {
          const { pusher, after, total_commits_count } = JSON.parse((await store.deliveries.show(id)).data);
          return [repository, pusher.username, after, total_commits_count];
        }),
      );
    },
  };
}

/** A repository with two commits, of which belfry knows the first. */
async function known({ dir, store, put, intake }: Awaited<ReturnType<typeof stage>>, fullName: string) {
  const repository = await gitRepository(dir, { fullName });
  const base = await repository.commit();
  await repository.push([`HEAD:${MAIN}`]);
  put(`first-${fullName.replace('/', '-')}`, repository, ZERO, base);
  await intake().takeIn();
  const tip = await repository.commit({ message: 'second\n' });
  await repository.push([`HEAD:${MAIN}`]);
  return { repository, base, tip, count: (await store.deliveries.list({ limit: 99 })).length };
}

t.test('git that was killed once cost a push its commits, or quarantined it for good', async t => {
  const made = await stage(t);
  const { put, intake, names, log, store, told, later } = made;
  const { repository, base, tip } = await known(made, 'acme/app');
  const makeWell = await letGitHang(repository.path);
  put('killed', repository, base, tip, 1);
  const taking = intake();
  const killer = setInterval(() => {
    for (const pid of gitsIn(repository.path)) endProcess(pid, 'SIGKILL');
  }, 5);
  try {
    t.strictSame(await taking.takeIn(), { taken: 0, held: 1 });
  } finally {
    clearInterval(killer);
    makeWell();
  }
  t.strictSame([names('new'), names('bad')], [['killed'], []]);
  t.strictSame(
    (await store.putOff.all()).map(one => [one.name, one.tries, one.next_at]),
    [['killed', 1, NOW + 1_000]],
  );
  t.equal(log.filter(one => one.startsWith('warn push killed is tried again in 1 s: ')).length, 1);
  t.strictSame(await taking.takeIn(), { taken: 0, held: 1 }, 'not before its time');
  later(1);
  t.strictSame(await taking.takeIn(), { taken: 1, held: 0 });
  t.strictSame((await told()).at(-1), ['acme/app', 'zhang-san', tip, 1], 'whole, as if nothing had been');
  t.strictSame([names('new'), names('bad'), await store.putOff.all()], [[], [], []]);
});

t.test('a repository that is away: its pushes wait in their order, and no others do', async t => {
  const made = await stage(t);
  const { put, intake, names, told, later, store } = made;
  const [away, here] = [await known(made, 'acme/away'), await known(made, 'acme/here')];
  const path = away.repository.path;
  renameSync(path, `${path}.away`);
  put('1-away', away.repository, away.base, away.tip, 1);
  put('2-away', away.repository, away.tip, away.base, 2);
  put('3-here', here.repository, here.base, here.tip, 3);
  t.strictSame(await intake().takeIn(), { taken: 1, held: 2 });
  t.strictSame((await told()).at(-1), ['acme/here', 'zhang-san', here.tip, 1]);
  t.strictSame(
    (await store.putOff.all()).map(({ name }) => name),
    ['1-away'],
    'the second is not tried before the first',
  );
  later(0.5);
  const next = intake();
  t.strictSame(await next.takeIn(), { taken: 0, held: 2 }, 'another worker keeps to the pause');
  later(0.5);
  await next.takeIn();
  t.strictSame(
    (await store.putOff.all()).map(({ name, tries }) => [name, tries]),
    [['1-away', 2]],
    'and goes on counting',
  );
  renameSync(`${path}.away`, path);
  await away.repository.push([`+${away.base}:${MAIN}`]);
  later(5);
  for (let left = 3; left > 0 && names('new').length > 0; left--) await next.takeIn();
  t.strictSame(
    (await told()).slice(-2).map(([repository, , after]) => [repository, after]),
    [
      ['acme/away', away.tip],
      ['acme/away', away.base],
    ],
  );
});

t.test('patience has an end: a person is needed, and gives the push another chance', async t => {
  const made = await stage(t);
  const { put, intake, names, told, later, store, spool } = made;
  const { repository, base, tip } = await known(made, 'acme/app');
  const { path } = repository;
  renameSync(path, `${path}.away`);
  put('a-push', repository, base, tip, 1);
  put('nowhere', { path: join(path, '..', 'never.git') }, ZERO, tip, 1);
  const taking = intake();
  const tries = [];
  for (const pause of [0, 1, 5, 15, 60, 120, 300, 600]) {
    later(pause);
    await taking.takeIn();
    tries.push(names('new').join(' '));
  }
  const both = 'a-push nowhere';
  t.strictSame(tries, [both, both, 'a-push', 'a-push', 'a-push', 'a-push', 'a-push', '']);
  t.strictSame(
    (await spool.bad()).map(({ name }) => name).sort(),
    ['a-push', 'nowhere'],
    'where no repository was ever seen it is given up sooner',
  );
  t.strictSame(await store.putOff.all(), []);
  renameSync(`${path}.away`, path);
  t.strictSame(
    (await Promise.all([spool.retry('a-push'), spool.retry('a-push')].map(one => one.catch(String)))).sort(),
    ['a-push', null],
  );
  await intake().takeIn();
  t.strictSame((await told()).at(-1), ['acme/app', 'zhang-san', tip, 1]);
});

t.test('somebody says that it is due: it is tried at once', async t => {
  const made = await stage(t);
  const { put, intake, told, store } = made;
  const { repository, base, tip } = await known(made, 'acme/app');
  renameSync(repository.path, `${repository.path}.away`);
  put('a-push', repository, base, tip, 1);
  const taking = intake();
  await taking.takeIn();
  renameSync(`${repository.path}.away`, repository.path);
  t.equal(await store.putOff.hurry('a-push'), true);
  t.equal(await store.putOff.hurry('another'), false);
  t.strictSame(await taking.takeIn(), { taken: 1, held: 0 });
  t.strictSame((await told()).at(-1), ['acme/app', 'zhang-san', tip, 1]);
});

t.test('a clock that was a day ahead puts nothing off for a day', async t => {
  const made = await stage(t);
  const { put, intake, told, store } = made;
  const { repository, base, tip } = await known(made, 'acme/app');
  put('a-push', repository, base, tip, 1);
  const DAY = 86_400_000;
  await store.putOff.put({ name: 'a-push', tries: 1, next_at: NOW + DAY, reason: 'away', since: NOW + DAY });
  t.strictSame(await intake().takeIn(), { taken: 1, held: 0 });
  t.strictSame((await told()).at(-1), ['acme/app', 'zhang-san', tip, 1]);
});

t.test('of what has gone meanwhile nothing is kept', async t => {
  const made = await stage(t);
  await made.store.putOff.put({ name: 'gone', tries: 3, next_at: NOW, reason: 'away', since: NOW });
  await made.intake().takeIn();
  t.strictSame(await made.store.putOff.all(), []);
});

t.test('a ref name too long for any command held the repository for 18 minutes', async t => {
  const made = await stage(t);
  const { put, intake, names, told, dir } = made;
  const { repository, base, tip } = await known(made, 'acme/app');
  const header = `belfry-push 1\ndirectory ${repository.path}\nhook 1\n\n`;
  const file = join(dir, 'home', 'spool', 'new', 'long');
  writeFileSync(file, `${header}${ZERO} ${tip} refs/heads/${'a'.repeat(200_000)}\n`);
  utimesSync(file, 1, 1);
  put('honest', repository, base, tip, 1);
  t.strictSame(await intake().takeIn(), { taken: 2, held: 0 });
  t.strictSame([names('new'), names('bad')], [[], []], 'its refs are compared, as of one that was cut off');
  t.strictSame((await told()).at(-1)?.slice(0, 1).concat(tip), ['acme/app', tip]);
});

t.test('pushes to a place that stays away did not wait one after the other for 18 minutes each', async t => {
  const made = await stage(t);
  const { put, intake, names, later } = made;
  const { repository, base, tip } = await known(made, 'acme/app');
  renameSync(repository.path, `${repository.path}.away`);
  for (const n of [1, 2, 3, 4]) put(`push-${n}`, repository, base, tip, n);
  const taking = intake();
  for (const pause of [0, 1, 5, 15, 60, 120, 300, 600]) {
    later(pause);
    await taking.takeIn();
  }
  await taking.takeIn();
  t.strictSame(names('new'), [], 'each of the others had one try');
  put('late', repository, base, tip, 1_102);
  t.strictSame(await taking.takeIn(), { taken: 1, held: 0 });
  later(1_200);
  put('later', repository, base, tip, 2_400);
  t.strictSame(await taking.takeIn(), { taken: 0, held: 1 }, 'after as long again there is patience anew');
});

t.test(
  'what waits of one account keeps no push of another waiting',
  { skip: process.getuid!() !== 0 && 'only root can give files away' },
  async t => {
    const made = await stage(t);
    const { put, intake, names, later, dir } = made;
    const { repository, base, tip } = await known(made, 'acme/app');
    renameSync(repository.path, `${repository.path}.away`);
    put('of-a-member', repository, base, tip, 1);
    chownSync(join(dir, 'home', 'spool', 'new', 'of-a-member'), 65_534, 65_534);
    const taking = intake();
    await taking.takeIn();
    renameSync(`${repository.path}.away`, repository.path);
    put('honest', repository, base, tip, 2);
    t.strictSame(await taking.takeIn(), { taken: 1, held: 1 });
    t.strictSame(names('new'), ['of-a-member']);
    later(1);
  },
);
