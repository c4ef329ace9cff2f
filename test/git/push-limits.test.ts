/** What one push may put into the memory. The sizes here are small ones; the bounds are the same for any. */
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { describePush } from '../../src/git/describe-push.ts';
import { matches } from '../support/matches.ts';
import { must } from '../support/run.ts';
import { bareRepository } from './bare-repository.ts';

const ZERO = '0'.repeat(40);
const MIB = 1024 * 1024;

t.test('a long message is cut between two characters', async t => {
  const repository = await bareRepository(t.testdir());
  const [id, fits] = await repository.build([
    { message: '中'.repeat(400_000) },
    { message: '中'.repeat(33) },
  ]);
  const update = { old: ZERO, new: id!, ref: 'refs/heads/main' };
  const [change] = await describePush(repository.path, [update]);
  t.equal(change!.head!.message, '中'.repeat(349_525), 'a mebibyte and not a byte more');
  t.strictSame(change!.cut, [
    `Commit ${id!.slice(0, 12)}: 1048575 of 1200000 bytes of its message are kept.`,
  ]);
  const [short] = await describePush(repository.path, [{ ...update, new: fits! }], { messageBytes: 99 });
  matches(t, short, { head: { message: '中'.repeat(33) }, cut: [] });
});

t.test('a long tag, a long name', async t => {
  const repository = await bareRepository(t.testdir());
  const [id] = await repository.build([{}]);
  const name = 'n'.repeat(5000);
  const who = `${name} <${name}@example.com> 1600000000 +0000`;
  const tag = await repository.object(
    'tag',
    `object ${id}\ntype commit\ntag v1\ntagger A <a@x> 1 +0000\n\n${'x'.repeat(3 * MIB)}`,
  );
  const tree = await repository.git(['mktree'], '');
  const commit = await repository.object('commit', `tree ${tree}\nauthor ${who}\ncommitter ${who}\n\nx\n`);
  const [tagged, pushed] = await describePush(repository.path, [
    { old: ZERO, new: tag, ref: 'refs/tags/v1' },
    { old: ZERO, new: commit, ref: 'refs/heads/main' },
  ]);
  t.equal(tagged!.tag!.message.length, MIB);
  t.strictSame(tagged!.cut, [`Tag ${tag.slice(0, 12)}: 1048576 of 3145728 bytes of its message are kept.`]);
  const { author, committer } = pushed!.head!;
  t.strictSame(
    [author.name.length, author.email.length, committer.name.length, committer.email.length],
    [1024, 1024, 1024, 1024],
  );
  t.equal(pushed!.cut.length, 4);
});

t.test('many paths', async t => {
  const repository = await bareRepository(t.testdir());
  const files = (prefix: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, '']));
  const ids = await repository.build([
    { files: files('a/', 30) },
    { parents: [0], files: files('b/', 20) },
    { parents: [1], files: { ['l'.repeat(5000)]: '', z: '' } },
  ]);
  const updates = [
    { old: ids[0]!, new: ids[2]!, ref: 'refs/heads/main' },
    { old: ZERO, new: ids[0]!, ref: 'refs/heads/old' },
  ];
  const [main, old] = await describePush(repository.path, updates, { pathsPerCommit: 8, pathsPerPush: 12 });
  t.strictSame(main!.head!.added, ['z'], 'longer than any file system takes');
  t.strictSame(main!.commits[1]!.added.length, 3, 'the push is full');
  t.strictSame(old!.head!.added.length, 8, 'the commit is full');
  matches(t, main!.cut, [/^Commit .*: 1 of 2 changed paths are left out\.$/, /: 17 of 20 changed paths/]);
  matches(t, old!.cut, [/: 22 of 30 changed paths/]);
});

t.test('much text', async t => {
  const repository = await bareRepository(t.testdir());
  const ids = await repository.build(
    Array.from({ length: 6 }, (_, index) => ({
      parents: index === 0 ? [] : [index - 1],
      message: 'x'.repeat(10_000),
      files: { [`${index}`]: '' },
    })),
  );
  const [change] = await describePush(
    repository.path,
    [{ old: ids[0]!, new: ids[5]!, ref: 'refs/heads/main' }],
    { textBytes: 25_000 },
  );
  t.strictSame(
    change!.commits.map(commit => [commit.message.length, commit.added.length]),
    [
      [10_000, 1],
      [10_000, 1],
      [4998, 0],
      [1024, 0],
      [1024, 0],
    ],
  );
});

t.test('many commits', async t => {
  const repository = await bareRepository(t.testdir());
  const ids = await repository.build(
    Array.from({ length: 10 }, (_, index) => ({ parents: index === 0 ? [] : [index - 1] })),
  );
  const updates = [
    { old: ids[0]!, new: ids[4]!, ref: 'refs/heads/a' },
    { old: ids[0]!, new: ids[9]!, ref: 'refs/heads/b' },
    { old: ids[0]!, new: ids[4]!, ref: 'refs/heads/c' },
  ];
  const [a, b, c] = await describePush(repository.path, updates, { described: 4 });
  t.strictSame([a!.commits.length, a!.total, a!.cut], [4, 4, []]);
  t.strictSame([b!.commits.length, b!.total], [2, 9]);
  t.strictSame(b!.cut, ['Only 2 of 9 new commits are described: the push is too large.']);
  t.strictSame(c!.commits, a!.commits, 'shared ones cost nothing');
});

t.test('the process stays small', async t => {
  const repository = await bareRepository(t.testdir());
  const big = await repository.build([
    { message: 'x'.repeat(120 * MIB) },
    {
      files: Object.fromEntries(
        Array.from({ length: 60_000 }, (_, index) => [
          `some/directory/${index % 300}/with/a/name/${index}`,
          '',
        ]),
      ),
    },
  ]);
  const script = `
    import { describePush } from ${JSON.stringify(join(import.meta.dirname, '../../src/git/describe-push.ts'))};
    const before = process.resourceUsage().maxRSS;
    const updates = ${JSON.stringify(big)}.map((id, at) => ({ old: '${ZERO}', new: id, ref: 'refs/heads/' + at }));
    const changes = await describePush(${JSON.stringify(repository.path)}, updates);
    console.log(JSON.stringify({
      grown: process.resourceUsage().maxRSS - before,
      message: changes[0].head.message.length,
      paths: changes[1].head.added.length,
    }));
  `;
  const told = JSON.parse(
    await must(process.execPath, ['--input-type=module', '-e', script], { env: repository.env }),
  );
  t.match(told, { message: MIB, paths: 10_000 });
  // What was read and is not needed any more goes when V8 finds the time: less of it than half of the message.
  t.ok(told.grown < 60 * 1024, `grown by ${told.grown} KiB`);
});
