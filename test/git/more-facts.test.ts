/** What only payloads of forges need of a push: `fresh`, `rest`, `base`, `message`. */
import { join } from 'node:path';
import t from 'tap';
import { type DescribeOptions, describePush } from '../../src/git/describe-push.ts';
import type { RefChange, RefUpdate } from '../../src/model/change.ts';
import { matches } from '../support/matches.ts';
import { must } from '../support/run.ts';
import { type BareRepository, bareRepository } from './bare-repository.ts';

const ZERO = '0'.repeat(40);
const MAIN = 'refs/heads/main';

/** @param before branches by name as they were before the push, those that it moves too */
function moreOf(
  { path }: Pick<BareRepository, 'path'>,
  updates: RefUpdate[],
  before: Record<string, string>,
  options: DescribeOptions = {},
): Promise<RefChange[]> {
  const known = new Map(Object.entries(before).map(([name, tip]) => [`refs/heads/${name}`, tip]));
  const branches = async () => ({ main: MAIN, before: known, moved: updates });
  return describePush(path, updates, { branches, ...options });
}

const created = (tip: string, name: string) => ({
  old: '0'.repeat(tip.length),
  new: tip,
  ref: `refs/heads/${name}`,
});
const freshOf = (change: RefChange | undefined) => ({
  ids: change?.more?.fresh?.commits.map(({ id }) => id),
  total: change?.more?.fresh?.total,
});

t.test('nobody wants more: there is no more', async t => {
  const repository = await bareRepository(t.testdir());
  const [id] = await repository.build([{ files: { a: '' } }]);
  const updates = [created(id!, 'x')];
  const [plain] = await describePush(repository.path, updates);
  t.notOk('more' in plain!);
  const [more] = await moreOf(repository, updates, {});
  const { more: facts, ...others } = more!;
  t.strictSame(others, plain, 'and what there is besides is the same');
  t.strictSame(freshOf(more), { ids: [id], total: 1 });
  t.strictSame(Object.keys(facts!), ['fresh']);
});

t.test('created branches', async t => {
  const repository = await bareRepository(t.testdir());
  // 0 - 1 is main, 2 - 3 and 2 - 4 are new, 5 merges 3 and 4, 6 is an orphan, 7 is on a branch of its own.
  const ids = await repository.build([
    { files: { a: 'a' } },
    { parents: [0], files: { a: 'b' } },
    { parents: [1], files: { b: '' } },
    { parents: [2], files: { c: '' } },
    { parents: [2], files: { d: '' } },
    { parents: [3, 4], files: { d: '' } },
    { files: { z: '' } },
    { parents: [1], files: { e: '' } },
  ]);
  const before = { main: ids[1]!, other: ids[7]! };
  const one = async (tip: number, options: DescribeOptions = {}) =>
    (await moreOf(repository, [created(ids[tip]!, 'x')], before, options))[0]!;

  const old = await one(0);
  t.strictSame(old.more, { fresh: { commits: [], total: 0 } }, 'at an old commit');
  t.strictSame((await one(1)).more, { fresh: { commits: [], total: 0 }, base: MAIN }, 'at the tip of main');
  t.strictSame(
    (await one(7)).more,
    { fresh: { commits: [], total: 0 }, base: 'refs/heads/other' },
    'at the tip of another branch',
  );
  const two = await one(3);
  t.strictSame(freshOf(two), { ids: [ids[3], ids[2]], total: 2 });
  t.strictSame(
    two.more!.fresh!.commits.map(({ added }) => added),
    [['c'], ['b']],
  );
  t.strictSame([two.commits, two.more!.rest, two.more!.base], [[], undefined, undefined]);
  t.strictSame(freshOf(await one(6)), { ids: [ids[6]], total: 1 }, 'an orphan');
  const merge = await one(5);
  t.strictSame(freshOf(merge).total, 4, 'a merge');
  t.strictSame(merge.more!.fresh!.commits[0]!.added, ['d'], 'against its first parent');

  const [left, right, tag] = await moreOf(
    repository,
    [
      created(ids[3]!, 'left'),
      created(ids[4]!, 'right'),
      { old: ZERO, new: ids[3]!, ref: 'refs/tags/v1' },
      created(ids[3]!, 'twin'),
    ],
    before,
  );
  t.strictSame(freshOf(left), { ids: [ids[3], ids[2]], total: 2 });
  t.strictSame(freshOf(right), { ids: [ids[4], ids[2]], total: 2 }, 'what two new ones share is new in both');
  t.equal(left!.more!.base, undefined, 'of two new branches neither is the base of the other');
  t.strictSame(tag!.more, { base: 'refs/heads/left' }, 'a tag may come with its branch');

  const moving = [{ old: ids[1]!, new: ids[3]!, ref: MAIN }, created(ids[3]!, 'x')];
  const [moved, beside] = await moreOf(repository, moving, before);
  t.strictSame(moved!.more, {}, 'an updated branch with all of its commits needs nothing');
  t.strictSame(freshOf(beside), { ids: [ids[3], ids[2]], total: 2 }, 'main counts with its old tip');
  t.equal(beside!.more!.base, MAIN, 'and is the base with its new one');
  const gone = [{ old: ids[7]!, new: ZERO, ref: 'refs/heads/other' }, created(ids[7]!, 'renamed')];
  const [deleted, renamed] = await moreOf(repository, gone, before);
  t.strictSame(deleted!.more, {});
  t.strictSame(
    renamed!.more,
    { fresh: { commits: [], total: 0 } },
    'one that is deleted had it, and is no base',
  );
  const [first] = await moreOf(repository, [created(ids[1]!, 'main')], { dev: ids[1]! });
  t.strictSame(first!.more, { fresh: { commits: [], total: 0 }, base: 'refs/heads/dev' });
});

for (const format of ['sha1', 'sha256'] as const) {
  t.test(`a cut list: the rest of the paths, ${format}`, async t => {
    const repository = await bareRepository(t.testdir(), { format });
    // A, then B adds b, then C changes c; D leaves A, and E on it takes c away.
    const [a, b, c, , e] = (await repository.build([
      { files: { a: '', c: '1' } },
      { parents: [0], files: { b: '' } },
      { parents: [1], files: { c: '2' } },
      { parents: [0], files: { a: 'x' } },
      { parents: [3], files: { c: null } },
    ])) as [string, string, string, string, string];
    const one = async (update: RefUpdate, before: Record<string, string>, commits = 1) =>
      (await moreOf(repository, [update], before, { commits }))[0]!;
    const main = { old: a, new: c, ref: MAIN };

    const cut = await one(main, { main: a });
    matches(t, cut, { commits: [{ id: c, modified: ['c'] }], total: 2, cut: [] });
    t.strictSame(cut.more, { rest: { added: ['b'], removed: [], modified: [] } });
    t.strictSame((await one(main, { main: a }, 2)).more, {}, 'all are listed');
    t.strictSame((await one(main, { main: a }, 0)).more, {}, 'no list is wanted');

    const forced = await one({ old: e, new: c, ref: MAIN }, { main: e });
    t.strictSame(forced.more, { rest: { added: ['b'], removed: [], modified: ['a'] } });
    t.strictSame(
      (await one({ old: c, new: b, ref: MAIN }, { main: c })).more,
      {},
      'set back: nothing is new',
    );

    const branch = await one(created(e, 'x'), { main: c });
    t.strictSame(freshOf(branch), { ids: [e], total: 2 });
    t.strictSame(
      branch.more!.rest,
      { added: [], removed: [], modified: ['a'] },
      'from where it has left main, not from where that is',
    );
    t.strictSame((await one(created(e, 'x'), { dev: a })).more!.rest, {
      added: ['a'],
      removed: [],
      modified: [],
    });
    t.strictSame((await one(created(e, 'main'), { dev: a })).more!.rest, {
      added: ['a'],
      removed: [],
      modified: [],
    });
  });
}

t.test('cut paths: all of the rest, or none of it', async t => {
  const repository = await bareRepository(t.testdir());
  const files = (prefix: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, '']));
  const ids = await repository.build([
    { files: { a: '' } },
    { parents: [0], files: files('b/', 6) },
    { parents: [1], files: files('c/', 3) },
  ]);
  const update = { old: ids[0]!, new: ids[2]!, ref: MAIN };
  const one = async (options: DescribeOptions) =>
    (await moreOf(repository, [update], { main: ids[0]! }, options))[0]!;
  const some = await one({ pathsPerCommit: 4 });
  t.strictSame(some.more, { rest: { added: ['b/4', 'b/5'], removed: [], modified: [] } });
  matches(t, some.cut, [/: 2 of 6 changed paths are left out\.$/]);
  const none = await one({ pathsPerCommit: 1 });
  t.strictSame(none.more, {}, 'seven more than are listed');
  matches(t, none.cut, [
    /: 2 of 3/,
    /: 5 of 6/,
    /^Changed paths of commits that are not listed, or not in full,/,
  ]);
  const full = await one({ eventsBytes: 10, commits: 1 });
  t.strictSame([full.more, full.commits.length], [{}, 1]);
  t.match(full.cut.at(-1), /are left out: the push is too large\.$/);
  const few = await one({ trees: 0, commits: 1 });
  t.match(few.cut.at(-1), /are left out: to compare its directories would need more than 0 directories\.$/);
  t.strictSame(few.more, {});
  const small = await one({ commits: 1, textBytes: 2 });
  t.strictSame(small.more, {});
  t.match(small.cut.at(-1), /are left out: there are too many\.$/);
});

t.test('fresh commits are the last to be cut, and nobody else is for their sake', async t => {
  const repository = await bareRepository(t.testdir());
  const ids = await repository.build(
    Array.from({ length: 12 }, (_, index) => ({
      parents: index === 0 ? [] : [index === 6 ? 0 : index - 1],
      files: { [`${index}`]: '' },
    })),
  );
  const updates = [created(ids[5]!, 'x'), { old: ids[0]!, new: ids[11]!, ref: MAIN }];
  const before = { main: ids[0]! };
  for (const limits of [{ described: 5 }, { textBytes: 8 }, { eventsBytes: 4_000 }, { pathsPerPush: 7 }]) {
    const [, plain] = await describePush(repository.path, updates, limits);
    const [x, main] = await moreOf(repository, updates, before, limits);
    const what = JSON.stringify(limits);
    t.strictSame(main!.commits, plain!.commits, what);
    t.equal(freshOf(x).total, 5, what);
    const paths = new Set(x!.more!.fresh!.commits.flatMap(({ added }) => added));
    for (const path of x!.more!.rest?.added ?? []) paths.add(path);
    const said = x!.cut.some(text => text.startsWith('Changed paths of commits'));
    t.ok(said || paths.size === 5, `${what}: all paths, or said so`);
  }
});

t.test('3,000 commits', async t => {
  const repository = await bareRepository(t.testdir());
  const ids = await repository.build(
    Array.from({ length: 3_001 }, (_, index) => ({
      parents: index === 0 ? [] : [index - 1],
      files: { [`d${index % 50}/${index}`]: '' },
    })),
  );
  const updates = [
    { old: ids[0]!, new: ids[3_000]!, ref: MAIN },
    created(ids[3_000]!, 'x'),
    created(ids[2_999]!, 'y'),
  ];
  // As long as a busy machine needs.
  const LONG = { walkMs: 600_000 };
  const [main, x, y] = await moreOf(repository, updates, { main: ids[0]! }, LONG);
  t.strictSame(
    [main!.commits.length, main!.total, freshOf(x).total, freshOf(y).total],
    [100, 3_000, 3_000, 2_999],
  );
  t.strictSame([main!.more!.rest!.added.length, x!.more!.rest!.added.length], [2_900, 2_900]);
  const [all] = await moreOf(
    repository,
    updates.slice(0, 1),
    { main: ids[0]! },
    { commits: 10_000, ...LONG },
  );
  t.strictSame([all!.commits.length, all!.more, all!.cut], [3_000, {}, []]);
});

t.test('tags', async t => {
  const repository = await bareRepository(t.testdir());
  const [a, b] = (await repository.build([{}, { parents: [0] }])) as [string, string];
  const tagOf = (target: string, type: string, rest: string) =>
    repository.object('tag', `object ${target}\ntype ${type}\ntag v1\ntagger A <a@x> 1 +0000\n\n${rest}`);
  const inner = await tagOf(b, 'commit', 'Release\n\nNotes\n');
  const outer = await tagOf(inner, 'tag', 'Outer\n\nmore\n');
  const blob = await tagOf(await repository.object('blob', 'x'), 'blob', 'A key\n');
  const one = async (tip: string, old = ZERO, options: DescribeOptions = {}) =>
    (
      await moreOf(
        repository,
        [{ old, new: tip, ref: 'refs/tags/v1' }],
        { dev: b, feature: b, main: a },
        options,
      )
    )[0]!;
  t.strictSame((await one(inner)).more, { base: 'refs/heads/dev', message: 'Release\n\nNotes\n' });
  t.strictSame((await one(outer)).more, { base: 'refs/heads/dev', message: 'Outer\n\nmore\n' }, 'of a tag');
  t.strictSame((await one(blob)).more, { message: 'A key\n' }, 'of a blob');
  t.strictSame((await one(a)).more, { base: MAIN }, 'a light one');
  t.strictSame((await one(inner, a)).more, { message: 'Release\n\nNotes\n' }, 'a moved one has no base');
  t.strictSame((await one(ZERO, inner)).more, {}, 'a deleted one');
  const long = await tagOf(b, 'commit', 'x'.repeat(2_000));
  const short = await one(long, a, { eventsBytes: 1_000 });
  t.equal(short.more!.message, 'x'.repeat(256));
  t.strictSame(short.cut, ['Of its message only 256 characters are kept: the push is too large.']);
});

t.test('what is not there is not guessed', async t => {
  const dir = t.testdir();
  const repository = await bareRepository(dir);
  const ids = await repository.build([
    { files: { a: '' } },
    { parents: [0], files: { b: '' } },
    { parents: [1], files: { c: '' } },
    { parents: [2], files: { d: '' } },
  ]);
  await repository.git(['update-ref', MAIN, ids[3]!]);
  const env = { ...repository.env };
  delete env.GIT_DIR;
  const shallow = join(dir, 'shallow.git');
  await must('git', ['clone', '-q', '--bare', '--depth=2', `file://${repository.path}`, shallow], { env });
  const [x, main] = await moreOf(
    { path: shallow },
    [created(ids[3]!, 'x'), { old: ids[2]!, new: ids[3]!, ref: MAIN }],
    { main: ids[2]! },
  );
  t.strictSame(x!.more, { base: MAIN });
  t.strictSame(x!.cut, [
    'Which of its commits no branch had before is not known: the repository is shallow.',
  ]);
  t.strictSame(main!.more, {});

  await repository.git(['config', 'uploadpack.allowFilter', 'true']);
  const partial = join(dir, 'partial.git');
  const source = `file://${repository.path}`;
  await must('git', ['clone', '-q', '--bare', '--filter=tree:0', source, partial], { env });
  const [lazy] = await moreOf(
    { path: partial },
    [{ old: ids[0]!, new: ids[3]!, ref: MAIN }],
    { main: ids[0]! },
    { commits: 1 },
  );
  t.strictSame(lazy!.more, {}, 'no trees, no paths');
  t.match(
    lazy!.cut.at(-1),
    /^Changed paths of commits that are not listed, .* is missing from the repository\.$/,
  );
  const [fresh] = await moreOf({ path: partial }, [created(ids[3]!, 'x')], { main: ids[0]! });
  t.strictSame(freshOf(fresh), { ids: [ids[3], ids[2], ids[1]], total: 3 });
  t.equal(fresh!.more!.rest, undefined);

  const gone = '1'.repeat(40);
  const [lost, missing] = await moreOf(
    repository,
    [{ old: gone, new: ids[3]!, ref: MAIN }, created('2'.repeat(40), 'y')],
    { main: gone },
  );
  t.strictSame([lost!.more, missing!.more], [{}, {}]);
  t.match(lost!.cut.at(-1), /are left out: its old tip is gone\.$/);
});

t.test('the branches are looked up only for what was created', async t => {
  const repository = await bareRepository(t.testdir());
  const ids = await repository.build([{}, { parents: [0] }]);
  const branches = async () => {
    throw new Error('nobody asks');
  };
  const updates = [
    { old: ids[0]!, new: ids[1]!, ref: MAIN },
    { old: ids[0]!, new: ZERO, ref: 'refs/heads/x' },
    { old: ids[0]!, new: ids[1]!, ref: 'refs/tags/v1' },
  ];
  const changes = await describePush(repository.path, updates, { branches });
  t.strictSame(
    changes.map(({ more }) => more),
    [{}, {}, {}],
  );
});
