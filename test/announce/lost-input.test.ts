/** Pushes of which the hook was not given all: what is missing is found at once, and told as what it is. */
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { beginningOf } from '../../src/announce/lost-input.ts';
import { takeIn } from '../../src/announce/take-in.ts';
import { prepareHome } from '../../src/host/home.ts';
import { resolveSettings } from '../../src/settings/settings.ts';
import { openSpool } from '../../src/spool/spool.ts';
import { NOW, sampleWebhook } from '../store/samples.ts';
import { openTestStore } from '../store/stage.ts';
import { gitRepository } from '../support/git-repository.ts';

const ZERO = '0'.repeat(40);
const HEADS = 'refs/heads/';

/** A repository whose branches `main`, `ma` and `old` are known, with a dispatcher in front of belfry's hook. */
async function stage(t: Test) {
  const dir = t.testdir({});
  const home = join(dir, 'home');
  await prepareHome(home);
  const repository = await gitRepository(dir);
  const { store } = openTestStore(t, home);
  await store.roots.add(join(dir, 'root'));
  await store.webhooks.add(sampleWebhook(), '', NOW);
  const spool = openSpool(join(home, 'spool'));
  const log: string[] = [];
  const dispatcher = join(repository.path, 'hooks', 'post-receive');
  writeFileSync(dispatcher, '#!/bin/sh\nin=$(cat); for h in "$0.d"/*; do "$h"; done\n', { mode: 0o755 });
  const put = (
    name: string,
    input: string,
    { by = 'zhang-san', at = NOW / 1_000 + 2, path = repository.path } = {},
  ) => {
    const file = join(home, 'spool', 'new', name);
    writeFileSync(
      file,
      `belfry-push 1\ndirectory ${path}\nhook 1\nenv GL_USER ${by}\noption x=y\n\n${input}`,
    );
    utimesSync(file, at, at);
  };
  const take = () =>
    takeIn({
      spool,
      store,
      settings: resolveSettings(new Map([['web.url', 'https://git.example.com']]), 'host'),
      now: () => NOW,
      log: (level, message) => void log.push(`${level} ${message}`),
      onRecorded: () => {},
      stopping: () => false,
    });
  const base = await repository.commit();
  await repository.push([`HEAD:${HEADS}main`, `HEAD:${HEADS}ma`, `HEAD:${HEADS}old`]);
  put('first', `${['main', 'ma', 'old'].map(name => `${ZERO} ${base} ${HEADS}${name}\n`).join('')}`);
  await take();
  log.length = 0;
  /** What was told since, oldest first: by whom, which ref, from where to where. */
  const told = async () => {
    const rows = (await store.deliveries.list({ limit: 99 })).reverse().slice(3);
    return Promise.all(
      rows.map(async ({ id, recovered }) => {
        const { pusher, ref, before, after } = JSON.parse((await store.deliveries.show(id)).data);
        return [pusher.username, ref, before, after, recovered];
      }),
    );
  };
  return {
    dir,
    repository,
    store,
    log,
    dispatcher,
    put,
    take,
    told,
    base,
    bad: () => readdirSync(join(home, 'spool', 'bad')),
  };
}

t.test('what a dispatcher ate was told a day later, by nobody; now at once, by who pushed', async t => {
  const { repository, store, log, dispatcher, put, take, told, base, bad } = await stage(t);
  const tip = await repository.commit();
  await repository.push([`HEAD:${HEADS}main`, `HEAD:${HEADS}new`, `:${HEADS}old`]);
  const line = (old: string, next: string, name: string) => `${old} ${next} ${HEADS}${name}`;
  const [main, made, gone] = [line(base, tip, 'main'), line(ZERO, tip, 'new'), line(base, ZERO, 'old')];
  const inputs: [what: string, input: string][] = [
    ['nothing', ''],
    ['blank', '\n'],
    ['without the last line feed', `${main}\n${made}\n${gone}`],
    ['cut in the last name, where a branch of that name is', `${made}\n${gone}\n${main.slice(0, -2)}`],
    ['cut in the last name, ended anew', `${made}\n${gone}\n${main.slice(0, -1)}\n`],
    ['cut in the name of what is new, ended anew', `${gone}\n${main}\n${made.slice(0, -1)}\n`],
    ['cut in the name of what is gone', `${made}\n${main}\n${gone.slice(0, -1)}`],
    ['cut in an id', `${made}\n${main}\n${gone.slice(0, 50)}`],
    ['the first line eaten, a blank one left', `\n${made}\n${gone}\n`],
    ['half of the first line eaten', `${main.slice(20)}\n${made}\n${gone}\n`],
    ['all on one line', [main, made, gone].join(' ')],
  ];
  const wanted = [
    ['zhang-san', `${HEADS}main`, base, tip, false],
    ['zhang-san', `${HEADS}new`, ZERO, tip, false],
    ['zhang-san', `${HEADS}old`, base, ZERO, false],
  ];
  for (const [at, [what, input]] of inputs.entries()) {
    put(`push-${at}`, input);
    await take();
    const all = await told();
    t.strictSame(
      all.slice(-3).sort((a, b) => (a[1]! < b[1]! ? -1 : 1)),
      wanted,
      what,
    );
    t.equal(all.length, 3 * (2 * at + 1), `${what}: and each once`);
    t.equal((await store.deliveries.ofPush(`push-${at}`)).length, 3, `${what}: who waits hears of all`);
    t.strictSame(bad(), []);
    t.equal(
      log.filter(one => one.startsWith(`warn acme/app: ${dispatcher} did not pass the whole push`)).length,
      1,
      `${what}: ${log.join('\n')}`,
    );
    t.strictSame(
      (await store.repositories.inputsLost()).map(one => [one.full_name, one.dispatcher]),
      [['acme/app', dispatcher]],
      what,
    );
    // Back as it was, by a push that comes whole.
    await repository.push([`+${base}:${HEADS}main`, `:${HEADS}new`, `${base}:${HEADS}old`]);
    put(
      `back-${at}`,
      [line(tip, base, 'main'), line(tip, ZERO, 'new'), line(ZERO, base, 'old'), ''].join('\n'),
      { at: NOW / 1_000 + 3 },
    );
    await take();
    t.strictSame(await store.repositories.inputsLost(), [], `${what}: over with the next that comes whole`);
    log.length = 0;
    await repository.push([`${tip}:${HEADS}main`, `${tip}:${HEADS}new`, `:${HEADS}old`]);
  }
});

t.test('the very first push of a repository, eaten: there is no ledger yet to compare with', async t => {
  const { repository, put, take, told, dir } = await stage(t);
  const born = await gitRepository(dir, { fullName: 'acme/born' });
  const tip = await repository.commit();
  const old = join(born.path, 'refs/heads/long-ago');
  await repository.push([`HEAD:${HEADS}fresh`, `HEAD:${HEADS}long-ago`], { url: born.path });
  utimesSync(old, NOW / 1_000 - 3_600, NOW / 1_000 - 3_600);
  put('born', '', { path: born.path });
  await take();
  t.strictSame(await told(), [['zhang-san', `${HEADS}fresh`, ZERO, tip, false]], 'what was written just now');
  await repository.push([`:${HEADS}fresh`, `:${HEADS}long-ago`], { url: born.path });
  put('gone', '', { path: born.path, at: NOW / 1_000 + 4 });
  await take();
  t.strictSame(
    (await told()).slice(1).map(([by, ref, , after]) => [by, ref, after]),
    ['fresh', 'long-ago'].map(name => ['zhang-san', HEADS + name, ZERO]),
    'from then on all are known',
  );
});

t.test('two pushes at once, of which one was eaten: each is told as its pusher’s', async t => {
  const { repository, put, take, told, base } = await stage(t);
  const first = await repository.commit({ message: 'first\n' });
  await repository.push([`HEAD:${HEADS}main`]);
  const second = await repository.commit({ message: 'second\n' });
  await repository.push([`HEAD:${HEADS}main`, `HEAD:${HEADS}old`]);
  put('1-eaten', '', { by: 'zhang-san' });
  put('2-whole', `${first} ${second} ${HEADS}main\n${base} ${second} ${HEADS}old\n`, {
    by: 'li-si',
    at: NOW / 1_000 + 3,
  });
  await take();
  t.strictSame(await told(), [
    ['zhang-san', `${HEADS}main`, base, first, false],
    ['li-si', `${HEADS}main`, first, second, false],
    ['li-si', `${HEADS}old`, base, second, false],
  ]);
});

t.test('a push that looks whole, behind a dispatcher that has eaten before', async t => {
  const { repository, store, put, take, told, base } = await stage(t);
  put('1-eaten', '');
  await take();
  t.strictSame(await told(), [], 'nothing had moved');
  const tip = await repository.commit();
  await repository.push([`HEAD:${HEADS}main`, `HEAD:${HEADS}old`]);
  // The first line was read, and the others were left.
  put('2-half', `${base} ${tip} ${HEADS}old\n`, { at: NOW / 1_000 + 3 });
  await take();
  t.strictSame(
    (await told()).map(([by, ref]) => [by, ref]),
    [
      ['zhang-san', `${HEADS}old`],
      ['zhang-san', `${HEADS}main`],
    ],
  );
  t.equal((await store.repositories.inputsLost()).length, 1, 'it is not forgotten for that');
});

t.test('nobody is accused where Git starts belfry’s hook itself: that was killed', async t => {
  const { repository, store, log, dispatcher, put, take, told } = await stage(t);
  writeFileSync(dispatcher, "#!/bin/sh\n# belfry's post-receive: as it is\n", { mode: 0o755 });
  const tip = await repository.commit();
  await repository.push([`HEAD:${HEADS}main`]);
  put('killed', '');
  await take();
  t.strictSame(
    (await told()).map(([by, ref, , after]) => [by, ref, after]),
    [['zhang-san', `${HEADS}main`, tip]],
  );
  t.strictSame(await store.repositories.inputsLost(), []);
  t.equal(log.filter(one => one.includes('it was killed')).length, 1);
});

t.test('two pushes at once, both eaten: nobody is named for what another has pushed', async t => {
  const { repository, put, take, told } = await stage(t);
  const tip = await repository.commit();
  await repository.push([`HEAD:${HEADS}from-alice`, `HEAD:${HEADS}from-bob`]);
  put('alice', '', { by: 'alice' });
  put('bob', '', { by: 'bob', at: NOW / 1_000 + 3 });
  await take();
  const all = await told();
  t.strictSame(
    all.map(([, ref, , after]) => [ref, after]).sort(),
    ['from-alice', 'from-bob'].map(name => [HEADS + name, tip]),
  );
  t.strictSame(
    all.filter(([by]) => by === 'alice' || by === 'bob'),
    [],
  );
});

t.test('no stretch is told for certain that unread files of the ref may explain otherwise', t => {
  const update = (old: string, next: string) => ({ ref: `${HEADS}main`, old, new: next });
  const rows: [what: string, written: [string, string][], ledger: string, now: string, end: string | null][] =
    [
      ['nobody has written of it', [], 'a', 'b', 'b'],
      ['nobody has, and it is gone', [], 'a', ZERO, ZERO],
      [
        'one way leads to where it is',
        [
          ['b', 'c'],
          ['c', 'd'],
        ],
        'a',
        'd',
        'b',
      ],
      ['the way begins at the ledger', [['a', 'b']], 'a', 'b', null],
      [
        'it was made anew on the way',
        [
          ['b', ZERO],
          [ZERO, 'c'],
        ],
        'a',
        'c',
        null,
      ],
      [
        'it was made anew, and the ledger stands later',
        [
          [ZERO, 'b'],
          ['b', 'c'],
        ],
        'x',
        'c',
        null,
      ],
      [
        'files older than the ledger’s entry',
        [
          ['b', 'c'],
          ['d', 'e'],
        ],
        'x',
        'e',
        null,
      ],
      ['it has moved on since', [['b', 'c']], 'a', 'd', null],
    ];
  for (const [what, written, ledger, now, end] of rows)
    t.equal(
      beginningOf(
        written.map(([old, next]) => update(old, next)),
        update(ledger, now),
      ),
      end,
      what,
    );
  t.end();
});
