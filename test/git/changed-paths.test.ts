/** The walk of our own against git's, over any two trees. */
import fc from 'fast-check';
import t from 'tap';
import { describePush } from '../../src/git/describe-push.ts';
import type { Commit } from '../../src/model/change.ts';
import { bareRepository } from './bare-repository.ts';
import '../support/fixed-seed.ts';

/** Few names, so that files, links, submodules and directories take each other's places; in the order of bytes `a-b` < `a/b` < `a0`. */
const name = fc.constantFrom('a', 'a-b', 'a0', 'ab', 'b', 'ü', '\u{1f514}');
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map(names => names.join('/'));
const content = fc.record({
  mode: fc.constantFrom('100644', '100755', '120000', '160000'),
  text: fc.constantFrom('x', 'y'),
});
const files = fc.dictionary(path, content, { maxKeys: 12 });

t.test('the same paths in the same order as git diff-tree', async t => {
  const repository = await bareRepository(t.testdir());
  const [module] = await repository.build([{}]);
  const blobs = { x: await repository.object('blob', 'x'), y: await repository.object('blob', 'y') };
  const modules = { x: module!, y: '1'.repeat(40) };
  const histories = fc.sample(fc.array(files, { minLength: 2, maxLength: 4 }), { numRuns: 60, seed: 13 });
  const stream: string[] = [];
  let mark = 0;
  for (const history of histories) {
    for (const [at, tree] of history.entries()) {
      stream.push(`commit refs/heads/x\nmark :${++mark}\ncommitter A <a@x> 1 +0000\ndata 1\nx\n`);
      if (at > 0) stream.push(`from :${mark - 1}\n`);
      stream.push('deleteall\n');
      for (const [path, { mode, text }] of Object.entries(tree))
        stream.push(`M ${mode} ${(mode === '160000' ? modules : blobs)[text as 'x' | 'y']} ${path}\n`);
      if (at === 0) stream.push('');
    }
    stream.push('reset refs/heads/x\n\n');
  }
  const marks = `${repository.path}.marks`;
  await repository.git(['fast-import', '--quiet', '--force', `--export-marks=${marks}`], stream.join(''));
  const { readFile } = await import('node:fs/promises');
  const ids = (await readFile(marks, 'utf8'))
    .trim()
    .split('\n')
    .map(line => line.split(' ')[1]!);
  const changes = await describePush(
    repository.path,
    ids.map((id, at) => ({ old: '0'.repeat(40), new: id, ref: `refs/heads/${at}` })),
  );
  const told = await repository.git(
    [
      'diff-tree',
      '--stdin',
      '-r',
      '-z',
      '--root',
      '--always',
      '--no-renames',
      '--ignore-submodules=none',
      '--name-status',
      '--diff-merges=first-parent',
    ],
    `${ids.join('\n')}\n`,
  );
  const expected = new Map<string, Pick<Commit, 'added' | 'removed' | 'modified'>>();
  const fields = told.split('\0');
  let one: Pick<Commit, 'added' | 'removed' | 'modified'>;
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at]!;
    if (field.length === 40) {
      one = { added: [], removed: [], modified: [] };
      expected.set(field, one);
    } else if (field.length === 1)
      one![field === 'A' ? 'added' : field === 'D' ? 'removed' : 'modified'].push(fields[++at]!);
  }
  t.equal(expected.size, new Set(ids).size);
  for (const { head, cut } of changes) {
    const { added, removed, modified } = head!;
    t.strictSame({ added, removed, modified }, expected.get(head!.id), head!.id);
    t.strictSame(cut, []);
  }
});

t.test('what stands last in a tree is taken away', async t => {
  const repository = await bareRepository(t.testdir());
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`many/${index + 10}`, '']));
  const ids = await repository.build([
    { files: { a: '', 'b/c': '', d: '', ...many } },
    { parents: [0], files: { 'many/69': null, 'many/68': null } },
    { parents: [1], files: Object.fromEntries(Object.keys(many).map(path => [path, null])) },
    { parents: [2], files: { d: null } },
    { parents: [3], files: { 'b/c': null } },
    { parents: [4], files: { e: '', f: '' } },
  ]);
  const updates = ids.map((id, at) => ({ old: '0'.repeat(40), new: id, ref: `refs/heads/${at}` }));
  const changes = await describePush(repository.path, updates);
  const paths = changes.map(({ head }) => [head!.added.length, head!.removed, head!.modified]);
  t.strictSame(paths, [
    [63, [], []],
    [0, ['many/68', 'many/69'], []],
    [0, Object.keys(many).slice(0, -2), []],
    [0, ['d'], []],
    [0, ['b/c'], []],
    [2, [], []],
  ]);
});
