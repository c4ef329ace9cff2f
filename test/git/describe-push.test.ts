import t from 'tap';
import { describePush } from '../../src/git/describe-push.ts';
import { matches } from '../support/matches.ts';
import { type BareRepository, bareRepository } from './bare-repository.ts';

for (const format of ['sha1', 'sha256'] as const) {
  const ZERO = '0'.repeat(format === 'sha1' ? 40 : 64);

  t.test(`branches, ${format}`, async t => {
    const repository = await bareRepository(t.testdir(), { format });
    // 0 - 1 - 2 - 3 on one line, 4 beside 2, 5 merges 3 and 4, 6 a root of its own
    const ids = await repository.build([
      { files: { a: 'a' } },
      { parents: [0], files: { a: 'b' } },
      { parents: [1], files: { b: 'b' } },
      { parents: [2], files: { a: null } },
      { parents: [1], files: { c: 'c' } },
      { parents: [3, 4], files: { c: 'c' } },
      { files: { z: 'z' } },
    ]);
    const update = (old: number | null, tip: number | null, ref = 'refs/heads/main') => ({
      old: old === null ? ZERO : ids[old]!,
      new: tip === null ? ZERO : ids[tip]!,
      ref,
    });
    const one = async (old: number | null, tip: number | null) =>
      (await describePush(repository.path, [update(old, tip)]))[0]!;

    const updated = await one(1, 3);
    t.match(updated, {
      kind: 'branch',
      created: false,
      deleted: false,
      forced: false,
      total: 2,
      removed: 0,
      tag: null,
    });
    t.strictSame(
      updated.commits.map(commit => commit.id),
      [ids[3], ids[2]],
      'newest first',
    );
    t.equal(updated.commits[0], updated.head);
    t.strictSame(updated.cut, []);
    t.strictSame(updated.head, {
      id: ids[3],
      tree: await repository.git(['rev-parse', `${ids[3]}^{tree}`]),
      parents: [ids[2]],
      message: 'Ring\n',
      author: { name: 'A', email: 'a@example.com', seconds: 1_600_000_003, offset: '+0000' },
      committer: { name: 'A', email: 'a@example.com', seconds: 1_600_000_003, offset: '+0000' },
      added: [],
      removed: ['a'],
      modified: [],
    });

    const created = await one(null, 5);
    t.match(created, { created: true, forced: false, total: 6, removed: 0, head: { id: ids[5] } });
    t.strictSame(created.commits, []);

    const deleted = await one(3, null);
    t.match(deleted, { created: false, deleted: true, forced: false, total: null, removed: 0, head: null });
    t.strictSame(deleted.commits, []);

    const merged = await one(3, 5);
    t.match(merged, { total: 2, removed: 0, forced: false });
    t.strictSame(
      merged.commits.map(commit => commit.id),
      [ids[5], ids[4]],
    );
    t.strictSame(merged.head!.parents, [ids[3], ids[4]]);
    t.strictSame(merged.head!.added, ['c'], 'a merge against its first parent');

    matches(t, await one(3, 4), { forced: true, total: 1, removed: 2, commits: [{ id: ids[4] }] }, 'forced');
    const rewound = await one(3, 1);
    t.match(rewound, { forced: true, total: 0, removed: 2, head: { id: ids[1] } }, 'set back');
    t.strictSame(rewound.commits, []);
    matches(
      t,
      await one(3, 6),
      { forced: true, total: 1, removed: 4, commits: [{ id: ids[6] }] },
      'no common history',
    );
    t.match(await one(3, 3), { forced: false, total: 0, removed: 0, head: { id: ids[3] } }, 'nothing moved');

    const all = await describePush(
      repository.path,
      [
        update(0, 3, 'refs/heads/a'),
        update(null, 6, 'refs/heads/b'),
        update(3, null, 'refs/heads/c'),
        update(null, 5, 'refs/heads/d'),
        update(1, 5, 'refs/heads/e'),
        update(null, 3, 'refs/heads/f'),
      ],
      { commits: 2 },
    );
    t.strictSame(
      all.map(change => [change.ref, change.total, change.removed]),
      [
        ['refs/heads/a', 3, 0],
        ['refs/heads/b', 1, 0],
        ['refs/heads/c', null, 0],
        ['refs/heads/d', 6, 0],
        ['refs/heads/e', 4, 0],
        ['refs/heads/f', 4, 0],
      ],
      'in the order of the updates',
    );
    t.equal(all[0]!.commits.length, 2, 'at most the asked number');
    t.strictSame(
      all[4]!.commits.map(commit => commit.id),
      [ids[5], ids[4]],
    );
    t.equal(all[0]!.head, all[5]!.head, 'a commit is described once and shared');
  });

  t.test(`tags, ${format}`, async t => {
    const repository = await bareRepository(t.testdir(), { format });
    const ids = await repository.build([{ files: { a: 'a' } }, { parents: [0] }]);
    const tagOf = (target: string, type: string, rest: string) =>
      repository.object('tag', `object ${target}\ntype ${type}\ntag v1\n${rest}`);
    const tagger = 'tagger 李四 <li@example.com> 1700000000 -0330\n';
    const blob = await repository.object('blob', 'x');
    const tree = await repository.git(['rev-parse', `${ids[0]}^{tree}`]);
    const annotated = await tagOf(ids[0]!, 'commit', `${tagger}\nVersion 1\n\nMore.\n`);
    const nested = await tagOf(annotated, 'tag', `${tagger}\nOuter`);
    const signed = await tagOf(
      ids[0]!,
      'commit',
      `${tagger}\nSigned\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n`,
    );
    const old = await tagOf(ids[0]!, 'commit', '\nNo tagger\n');
    const bare = await tagOf(ids[0]!, 'commit', '');
    const ofBlob = await tagOf(blob, 'blob', `${tagger}\nA key\n`);
    const told = async (tip: string, before = ZERO) =>
      (await describePush(repository.path, [{ old: before, new: tip, ref: 'refs/tags/v1' }]))[0]!;

    const light = await told(ids[1]!);
    t.match(light, {
      kind: 'tag',
      created: true,
      forced: false,
      total: null,
      removed: 0,
      head: { id: ids[1] },
      tag: null,
    });
    t.strictSame([light.commits, light.cut], [[], []]);
    const full = await told(annotated);
    t.equal(full.head!.id, ids[0]);
    t.equal(full.new, annotated);
    t.strictSame(full.tag, {
      message: 'Version 1\n\nMore.\n',
      tagger: { name: '李四', email: 'li@example.com', seconds: 1_700_000_000, offset: '-0330' },
    });
    t.match(await told(nested), { head: { id: ids[0] }, tag: { message: 'Outer' } });
    t.match(await told(signed), { tag: { message: 'Signed\n' } });
    t.strictSame((await told(old)).tag, { message: 'No tagger\n', tagger: null });
    t.strictSame((await told(bare)).tag, { message: '', tagger: null });
    matches(t, await told(blob), { head: null, tag: null, total: null, cut: [] }, 'of a file');
    t.match(await told(tree), { head: null, tag: null });
    t.match(await told(ofBlob), { head: null, tag: { message: 'A key\n' } });
    matches(
      t,
      await told(annotated, ids[1]),
      { forced: true, created: false, removed: 0, total: null, commits: [] },
      'moved',
    );
    t.match(await told(ZERO, annotated), {
      deleted: true,
      forced: false,
      head: null,
      tag: null,
      total: null,
    });
    const many = await describePush(
      repository.path,
      [annotated, blob, nested, ids[1]!, annotated].map((tip, index) => ({
        old: ZERO,
        new: tip,
        ref: `refs/tags/${index}`,
      })),
    );
    t.strictSame(
      many.map(change => change.tag?.message ?? null),
      ['Version 1\n\nMore.\n', null, 'Outer', null, 'Version 1\n\nMore.\n'],
    );
  });
}

t.test('a branch and a tag of one push', async t => {
  const { repository, ids, ZERO } = await small(t.testdir());
  const changes = await describePush(repository.path, [
    { old: ZERO, new: ids[1]!, ref: 'refs/tags/v1' },
    { old: ids[0]!, new: ids[1]!, ref: 'refs/heads/main' },
  ]);
  t.equal(changes[0]!.head, changes[1]!.commits[0]);
  t.strictSame(await describePush(repository.path, []), []);
});

t.test('ids that are none are refused before git sees them', async t => {
  const { repository, ids, ZERO } = await small(t.testdir());
  for (const bad of ['', 'HEAD', `${ids[0]}\nHEAD`, '-x', ids[0]!.toUpperCase(), '0'.repeat(64)]) {
    await t.rejects(
      describePush(repository.path, [
        { old: ZERO, new: ids[0]!, ref: 'refs/heads/main' },
        { old: ZERO, new: bad, ref: 'refs/heads/x' },
      ]),
      { code: 'invalid' },
      JSON.stringify(bad),
    );
  }
});

async function small(dir: string): Promise<{ repository: BareRepository; ids: string[]; ZERO: string }> {
  const repository = await bareRepository(dir);
  return {
    repository,
    ids: await repository.build([{ files: { a: 'a' } }, { parents: [0] }]),
    ZERO: '0'.repeat(40),
  };
}
