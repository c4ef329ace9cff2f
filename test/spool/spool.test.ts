import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { prepareHome } from '../../src/host/home.ts';
import { openSpool, type SpoolFile } from '../../src/spool/spool.ts';
import { matches } from '../support/matches.ts';

const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)];
const push = (pid: number | string = 1, updates = `${OLD} ${NEW} refs/heads/main\n`) =>
  `belfry-push 1\ndirectory /srv/git/app.git\nhook ${pid}\n\n${updates}`;

async function stage(t: Test) {
  const home = t.testdir({});
  await prepareHome(home);
  const dir = join(home, 'spool');
  return {
    dir,
    spool: openSpool(dir),
    put: (folder: 'tmp' | 'new' | 'bad', name: string, content: string, at?: number) => {
      const file = join(dir, folder, name);
      writeFileSync(file, content);
      if (at !== undefined) utimesSync(file, at, at);
      return file;
    },
    list: (folder: 'tmp' | 'new' | 'bad') => readdirSync(join(dir, folder)).sort(),
  };
}

t.test('what waits, oldest first; of one moment by name; hidden names are nobody’s', async t => {
  const { spool, put, dir } = await stage(t);
  put('new', 'z', push(), 1_000.5);
  put('new', 'b', push(), 2_000);
  put('new', 'a', push(), 2_000);
  put('new', 'c', push(), 1_000.25);
  put('new', '.hidden', push(), 1);
  symlinkSync('/nowhere/at/all', join(dir, 'new', 'dangling'));
  t.same(await spool.waiting(), ['c', 'z', 'a', 'b', 'dangling'], 'links too: they have to go');
  t.equal(await spool.read('dangling'), 'it is a symbolic link');
});

t.test('read: the push with its time and its owner, or why it is none', async t => {
  const { spool, put, dir } = await stage(t);
  put('new', 'good', push(77), 1_600_000_000.75);
  matches(t, await spool.read('good'), {
    name: 'good',
    pushedAt: 1_600_000_000_750,
    uid: process.getuid!(),
    push: { directory: '/srv/git/app.git', hookPid: 77, updates: [{ ref: 'refs/heads/main' }] },
  });
  t.equal(await spool.read('gone'), null);
  put('new', 'rubbish', 'x');
  t.equal(await spool.read('rubbish'), 'it does not begin with "belfry-push"');
  mkdirSync(join(dir, 'new', 'folder'));
  t.equal(await spool.read('folder'), 'it is not a file');
});

t.test('set aside with its reason, and listed', async t => {
  const { spool, put, list, dir } = await stage(t);
  t.same(await spool.bad(), []);
  put('new', 'one', 'rubbish');
  mkdirSync(join(dir, 'new', 'folder'));
  await spool.quarantine('one', 'it is rubbish');
  await spool.quarantine('folder', 'it is not a file');
  await spool.quarantine('gone', 'and nobody minds');
  t.equal(await spool.reasonOf('folder'), 'it is not a file');
  t.equal(await spool.reasonOf('nothing'), null);
  t.same(list('new'), []);
  t.same(list('bad'), ['folder', 'folder.reason', 'gone.reason', 'one', 'one.reason']);
  t.equal(readFileSync(join(dir, 'bad', 'one'), 'utf8'), 'rubbish', 'kept as it was');
  t.match(
    (await spool.bad()).find(file => file.name === 'one'),
    { reason: 'it is rubbish' },
  );
  renameSync(join(dir, 'bad', 'one'), join(dir, 'new', 'one'));
  t.same(await spool.waiting(), ['one'], 'moved back by a person, it is read again');
});

t.test('taken away twice is taken away', async t => {
  const { spool, put, list } = await stage(t);
  put('new', 'one', push());
  await spool.remove('one');
  await spool.remove('one');
  t.same(list('new'), []);
});

t.test('what a killed hook left is handed over; what a living one writes is left alone', async t => {
  const { spool, put, list } = await stage(t);
  const processState = ({ pid }: { pid: number | null }) => (pid === 42 ? 'alive' : 'gone');
  put('tmp', 'dead', push(41));
  put('tmp', 'living', push(42));
  put('tmp', 'empty', push(41, ''));
  put('tmp', 'cut', push(41, `${OLD} ${NEW} refs/heads/a\n${OLD} ${NEW.slice(9)}`));
  put('tmp', 'header', 'belfry-push 1\ndirec');
  put('tmp', '.hidden', push(41));
  t.same((await spool.adoptOrphans({ processState, now: Date.now })).sort(), ['cut', 'dead', 'empty']);
  t.same(list('new'), ['cut', 'dead', 'empty']);
  t.same(list('tmp'), ['.hidden', 'header', 'living']);
  matches(t, await spool.read('cut'), { push: { updates: [{ ref: 'refs/heads/a' }] } });
  const empty = (await spool.read('empty')) as SpoolFile;
  t.strictSame([empty.push.updates, empty.push.lost], [[], 'it has no ref updates'], 'they are compared');
  await spool.adoptOrphans({ processState, now: () => Date.now() + 3_700_000 });
  t.same(
    (await spool.bad()).map(({ name, reason }) => [name, reason]).sort(),
    [['header', 'its hook was killed before it had written the push']],
    'what can tell nothing is named, and does not stay for ever',
  );
});

t.test('a process is asked for by the kernel’s time of the file, and by its account', async t => {
  const { spool, put } = await stage(t);
  put('tmp', 'one', push(77), 1_000);
  const before = Date.now();
  const asked: unknown[] = [];
  await spool.adoptOrphans({
    now: Date.now,
    processState(named) {
      asked.push(named);
      return 'alive';
    },
  });
  matches(t, asked, [{ pid: 77, uid: null }]);
  const { at } = asked[0] as { at: number };
  t.ok(at > before - 60_000, 'the time that its owner has set does not count');
});

t.test('somebody who watches is told of a file, and of a nudge', async t => {
  const { spool, put, list } = await stage(t);
  let told = () => {};
  const next = () => new Promise<void>(resolve => (told = resolve));
  const unwatch = spool.watch(() => told());
  let heard = next();
  put('new', 'one', push());
  await heard;
  heard = next();
  await spool.nudge();
  await heard;
  t.same(list('new'), ['one'], 'a nudge leaves nothing behind');
  t.same(await spool.waiting(), ['one']);
  unwatch();
});

t.test('where nothing can be watched, somebody looks every second', async t => {
  const spool = openSpool(join(t.testdir({}), 'missing'));
  await new Promise<void>(resolve => {
    const unwatch = spool.watch(() => {
      unwatch();
      resolve();
    });
  });
  t.pass('told without any event');
});

t.test('names of every sort are seen, and go aside', async t => {
  const { spool, put, list, dir } = await stage(t);
  put('new', 'x.reason', 'rubbish');
  put('new', 'y'.repeat(255), 'rubbish');
  put('new', '🔔'.repeat(60), 'rubbish');
  writeFileSync(Buffer.concat([Buffer.from(`${dir}/new/`), Buffer.from([0xff, 0xfe, 0x41])]), 'rubbish');
  put('bad', 'twice', 'the first');
  put('new', 'twice', 'the second');
  const names = await spool.waiting();
  t.equal(names.length, 5);
  for (const name of names) {
    t.equal(await spool.read(name), 'it does not begin with "belfry-push"');
    await spool.quarantine(name, 'no push');
  }
  t.same(list('new'), []);
  const bad = await spool.bad();
  t.same(
    bad.map(({ reason }) => reason),
    [...Array(5).fill('no push'), 'no reason was recorded'],
    'also what lay there before, without a reason',
  );
  for (const { name } of bad) t.ok(list('bad').includes(name), 'kept under the name that is told');
  t.equal(readFileSync(join(dir, 'bad', 'twice'), 'utf8'), 'the first', 'nothing is written over');
});
