/** A file is opened once as long as it is the same file; the beginning of many costs as often as there are files. */
import { appendFileSync, chownSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { folderIndex } from '../../src/spool/folder-index.ts';
import { matches } from '../support/matches.ts';

const push = (directory: string) => `belfry-push 1\ndirectory ${directory}\nhook 1\n\n`;

function stage(t: Test, growing = false) {
  const path = t.testdir({});
  // Asked for each file that was opened and is a push.
  const opened: string[] = [];
  const realPath = async (directory: string) => {
    opened.push(directory);
    return directory;
  };
  const index = folderIndex({ path, realPath, growing });
  return {
    index,
    opened,
    path,
    put: (name: string, directory: string, at = 1_000) => {
      writeFileSync(join(path, name), push(directory));
      utimesSync(join(path, name), at, at);
    },
    names: (directory: string) => [...index.of(directory)].map(({ name }) => name),
  };
}

t.test('1,000 files are opened 1,000 times, however often somebody asks', async t => {
  const { index, opened, put, names } = stage(t);
  index.touch('somebody watches');
  for (let n = 0; n < 1_000; n++) put(`f${n}`, `/r${n % 10}`, n);
  for (let n = 0; n < 20; n++) {
    await index.refresh();
    await index.complete();
  }
  t.equal(opened.length, 1_000);
  t.equal(names('/r3').length, 100);
  const entries = index.takeTurn(() => 10);
  await index.examine(entries);
  t.equal(opened.length, 1_000);
  t.same(
    entries.map(({ name }) => name),
    Array.from({ length: 10 }, (_, n) => `f${n}`),
    'the oldest first',
  );
});

for (const watched of [true, false])
  t.test(`a file that was replaced under the same name is another file (watched: ${watched})`, async t => {
    const { index, put, path, names } = stage(t);
    if (watched) index.touch('somebody watches');
    put('one', '/first');
    await index.refresh();
    await index.complete();
    const [first] = index.takeTurn(() => 9);
    writeFileSync(join(path, '.next'), push('/second'));
    renameSync(join(path, '.next'), join(path, 'one'));
    if (watched) index.touch('one');
    await index.refresh();
    await index.complete();
    t.equal(first!.gone, true);
    t.same([names('/first'), names('/second')], [[], ['one']]);
    matches(
      t,
      index.takeTurn(() => 9),
      [{ name: 'one', gone: false, claim: { directory: '/second' } }],
    );
    rmSync(join(path, 'one'));
    await index.refresh();
    t.same(names('/second'), []);
  });

t.test('a file that grows is known by what it said first', async t => {
  const { index, opened, path, names } = stage(t, true);
  writeFileSync(join(path, 'one'), 'belfry-push 1\ndirec');
  await index.refresh();
  await index.complete();
  t.same(opened, []);
  appendFileSync(join(path, 'one'), 'tory /r\nhook 1\n\n');
  await index.refresh();
  await index.complete();
  t.same(names('/r'), ['one']);
  for (let n = 0; n < 5; n++) {
    appendFileSync(join(path, 'one'), 'more\n');
    await index.refresh();
    await index.complete();
  }
  t.same(opened, ['/r']);
});

t.test(
  'accounts have turns, and start over when somebody else begins',
  { skip: process.getuid?.() !== 0 && 'only root can give files away' },
  async t => {
    const { index, put, path } = stage(t);
    for (let n = 0; n < 30; n++) {
      put(`many${n}`, '/many', n);
      chownSync(join(path, `many${n}`), 65_534, 65_534);
    }
    put('few', '/few', 99);
    await index.refresh();
    // Which account comes first is the directory's order.
    const turn = () =>
      index
        .takeTurn(uid => (uid === 0 ? 8 : 4))
        .map(({ name }) => name)
        .sort();
    t.same(turn(), ['few', 'many0', 'many1', 'many2', 'many3']);
    t.same(turn(), ['many4', 'many5', 'many6', 'many7']);
    t.ok(index.hasMore());
    index.startOver();
    t.same(turn(), ['few', 'many0', 'many1', 'many2', 'many3']);
  },
);

t.test('what is no file is seen, and costs one look', async t => {
  const { index, path, opened } = stage(t);
  mkdirSync(join(path, 'folder'));
  mkdirSync(join(path, '.hidden'));
  writeFileSync(join(path, 'x'.repeat(255)), 'rubbish');
  await index.refresh();
  await index.complete();
  const claims = index.takeTurn(() => 9).map(({ name, claim }) => [name.slice(0, 6), claim]);
  t.same(claims.sort(), [
    ['folder', 'it is not a file'],
    ['xxxxxx', 'it does not begin with "belfry-push"'],
  ]);
  t.same(opened, []);
});

t.test('who is told the names sees those without listing all; a listing sees the rest', async t => {
  const { index, put, path, names } = stage(t);
  index.touch('somebody watches');
  await index.refresh();
  put('told', '/r', 1);
  put('lost', '/r', 2);
  index.touch('told');
  await index.follow();
  await index.complete();
  t.same(names('/r'), ['told'], 'nobody has told of the other one');
  rmSync(join(path, 'told'));
  index.touch('told');
  await index.follow();
  t.same(names('/r'), []);
  await index.refresh();
  await index.complete();
  t.same(names('/r'), ['lost']);
});

t.test('where nobody tells the names, all are listed', async t => {
  const { index, put, names } = stage(t);
  await index.refresh();
  put('one', '/r');
  await index.follow();
  await index.complete();
  t.same(names('/r'), ['one']);
});
