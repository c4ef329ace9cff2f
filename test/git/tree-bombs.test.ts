/** Trees that are made to be walked for ever, or to kill who walks them. Each costs its own commit its paths, and nothing else. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import t from 'tap';
import { describePush } from '../../src/git/describe-push.ts';
import { diffTotals } from '../../src/git/diff-totals.ts';
import { patchIds } from '../../src/git/patch-ids.ts';
import { trialMerge } from '../../src/git/trial-merge.ts';
import { matches } from '../support/matches.ts';
import { type BareRepository, bareRepository } from './bare-repository.ts';

const ZERO = '0'.repeat(40);
const WHO = 'A <a@example.com> 1600000000 +0000';

const entry = (mode: string, name: string | Buffer, id: string) =>
  Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name), Buffer.from([0]), Buffer.from(id, 'hex')]);

const tree = (repository: BareRepository, ...entries: Buffer[]) =>
  repository.object('tree', Buffer.concat(entries));

const commit = (repository: BareRepository, tree: string, ...parents: string[]) =>
  repository.object(
    'commit',
    `tree ${tree}\n${parents.map(id => `parent ${id}\n`).join('')}author ${WHO}\ncommitter ${WHO}\n\nRing\n`,
  );

/** Ten entries of the same tree, twelve levels deep: a million million paths, or none at all. */
async function bomb(repository: BareRepository, leaf: 'blob' | 'tree', name = 'leaf'): Promise<string> {
  let id = await repository.object(leaf, '');
  let mode = leaf === 'blob' ? '100644' : '40000';
  for (let level = 0; level < 12; level++) {
    id = await tree(
      repository,
      ...Array.from({ length: 10 }, (_, at) => entry(mode, level === 0 ? `${name}${at}` : `${at}`, id)),
    );
    mode = '40000';
  }
  return id;
}

t.test('git bombs beside ordinary commits', async t => {
  const repository = await bareRepository(t.testdir());
  const [base, ordinary] = await repository.build([{ files: { a: '' } }, { parents: [0], files: { b: '' } }]);
  const files = await commit(repository, await bomb(repository, 'blob'), base!);
  const empty = await commit(repository, await bomb(repository, 'tree'), base!);
  const [main, first, second] = await describePush(repository.path, [
    { old: base!, new: ordinary!, ref: 'refs/heads/main' },
    { old: base!, new: files, ref: 'refs/heads/files' },
    { old: base!, new: empty, ref: 'refs/heads/empty' },
  ]);
  matches(t, main, { total: 1, head: { added: ['b'] }, cut: [] }, 'the ordinary one is told in full');
  matches(t, first, { total: 1, commits: [{ id: files, message: 'Ring\n' }] });
  matches(t, first!.cut, [
    /its changed paths are incomplete: .* more than \d+ directories\.$/,
    /\d+ of \d+ changed paths are left out\.$/,
  ]);
  matches(t, second, { total: 1, head: { id: empty, added: [], removed: ['a'] } });
  matches(t, second!.cut, [/its changed paths are incomplete/]);
});

t.test('a thousand bombs in one push', async t => {
  const repository = await bareRepository(t.testdir());
  const bombs = [await bomb(repository, 'blob'), await bomb(repository, 'tree')];
  const plan = Array.from({ length: 1_000 }, (_, at) => ({ parents: at === 0 ? [] : [at - 1] }));
  const stream = plan.map(
    (_, at) =>
      `commit refs/heads/x\nmark :${at + 1}\ncommitter ${WHO}\ndata 1\nx\n${at === 0 ? '' : `from :${at}\n`}M 040000 ${bombs[at % 2]} d${at}\n`,
  );
  const { path, git } = repository;
  await git(['fast-import', '--quiet', '--force'], stream.join(''));
  const ids = (await git(['rev-list', 'refs/heads/x'])).split('\n');
  const updates = ids.slice(0, 900).map((id, at) => ({ old: ids.at(-1)!, new: id, ref: `refs/heads/${at}` }));
  const changes = await describePush(path, updates, { commits: 2 });
  t.equal(changes.length, 900);
  t.ok(
    changes.every(({ head, total }) => head !== null && total! > 0),
    'each is told of with its commit',
  );
  t.ok(changes.every(({ cut }) => cut.some(note => /paths are incomplete/.test(note))));
});

t.test('a bomb in a merge request', async t => {
  const repository = await bareRepository(t.testdir());
  const place = { repository: repository.path };
  const [base, side] = await repository.build([{ files: { a: '' } }, { parents: [0], files: { b: '' } }]);
  const bad = await commit(repository, await bomb(repository, 'blob'), base!);
  const after = await commit(repository, await repository.git(['rev-parse', `${side}^{tree}`]), bad);
  t.match(await diffTotals(place, base!, bad), /more than \d+ directories/);
  t.equal(await patchIds(place, [bad]), null);
  t.equal(await patchIds(place, [side!, after]), null, 'also one that is gone again');
  t.match(await trialMerge(place, side!, bad), { outcome: 'unknown', reason: /directories/ }, 'as the head');
  t.match(
    await trialMerge(place, bad, side!),
    { outcome: 'unknown', reason: /directories/ },
    'as the target',
  );
  t.match(await trialMerge(place, base!, side!), { outcome: 'clean' });
});

t.test('a tree 20,000 directories deep', async t => {
  const repository = await bareRepository(t.testdir());
  const [base] = await repository.build([{ files: { a: '' } }]);
  const top = deepTree(repository, await repository.object('blob', ''), 20_000);
  const deep = await commit(repository, top, base!);
  const next = await commit(repository, await repository.git(['rev-parse', `${base}^{tree}`]), deep);
  const [pushed, away] = await describePush(repository.path, [
    { old: base!, new: deep, ref: 'refs/heads/deep' },
    { old: deep, new: next, ref: 'refs/heads/main' },
  ]);
  matches(t, pushed, { total: 1, head: { id: deep, added: [], removed: ['a'] } });
  matches(t, pushed!.cut, [
    /: its changed paths are incomplete: directories whose paths have more than 4096 bytes/,
  ]);
  matches(t, away, { total: 1, head: { id: next, added: ['a'] } }, 'and who comes after it is told');
});

/** A chain of directories, written without git, which would take a process for each. */
function deepTree(repository: BareRepository, blob: string, depth: number): string {
  let id = blob;
  for (let level = 0; level < depth; level++) {
    const body = entry(level === 0 ? '100644' : '40000', 'd', id);
    const object = Buffer.concat([Buffer.from(`tree ${body.length}\0`), body]);
    id = createHash('sha1').update(object).digest('hex');
    const directory = join(repository.path, 'objects', id.slice(0, 2));
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, id.slice(2)), deflateSync(object, { level: 1 }));
  }
  return id;
}

t.test('a million entries in one tree', async t => {
  const repository = await bareRepository(t.testdir());
  const blob = await repository.object('blob', '');
  const other = await repository.object('blob', 'x');
  const write = (odd: number) => {
    const length = entry('100644', 'f0000000', blob).length;
    const bytes = Buffer.alloc(length * 1_000_000, entry('100644', 'f0000000', blob));
    for (let at = 0; at < 1_000_000; at++)
      bytes.write(String(at).padStart(7, '0'), at * length + '100644 f'.length, 'latin1');
    bytes.write(other, odd * length + '100644 f0000000 '.length, 'hex');
    return repository.object('tree', bytes);
  };
  const before = await commit(repository, await write(0));
  const after = await commit(repository, await write(654_321), before);
  const [change, all] = await describePush(repository.path, [
    { old: before, new: after, ref: 'refs/heads/main' },
    { old: ZERO, new: before, ref: 'refs/heads/all' },
  ]);
  matches(t, change, { head: { added: [], removed: [], modified: ['f0000000', 'f0654321'] }, cut: [] });
  t.equal(all!.head!.added.length, 10_000);
  matches(t, all!.cut, [/: 990000 of 1000000 changed paths are left out\.$/]);
});

t.test('odd trees', async t => {
  const repository = await bareRepository(t.testdir());
  const blob = await repository.object('blob', '');
  const other = await repository.object('blob', 'x');
  const file = (name: string, id = blob) => entry('100644', name, id);
  const [base] = await repository.build([{ files: { a: '' } }]);
  const cases: [string, Buffer[], { added?: string[]; modified?: string[]; cut?: RegExp }][] = [
    ['duplicates', [file('a'), file('b'), file('b', other)], { added: ['b', 'b'] }],
    ['unsorted', [file('z'), file('a')], { added: ['a', 'z'] }],
    [
      'names that are paths',
      [file('..'), file('.git'), file('a'), file('x/y')],
      { added: ['..', '.git', 'x/y'] },
    ],
    ['an odd mode', [entry('100664', 'a', blob), entry('777', 'm', blob)], { added: ['m'] }],
    ['no mode', [file('a'), entry('', 'm', blob)], { cut: /malformed/ }],
    ['no name', [file('a'), file('')], { cut: /malformed/ }],
    ['half an entry', [file('a'), Buffer.from('100644 m\0short')], { cut: /malformed/ }],
    ['a submodule', [file('a'), entry('160000', 'm', '1'.repeat(40))], { added: ['m'] }],
    ['a directory that is a file', [file('a'), entry('40000', 'm', blob)], { cut: /is a blob/ }],
    [
      'a directory that is missing',
      [file('a'), entry('40000', 'm', '1'.repeat(40))],
      { cut: /111111 is missing/ },
    ],
  ];
  for (const [what, entries, { added = [], cut }] of cases) {
    const id = await commit(repository, await tree(repository, ...entries), base!);
    const [change] = await describePush(repository.path, [{ old: base!, new: id, ref: 'refs/heads/main' }]);
    t.match(change, { total: 1, head: { id } }, what);
    t.strictSame(change!.head!.added, added, what);
    if (cut === undefined)
      t.strictSame(
        change!.cut.filter(note => /incomplete/.test(note)),
        [],
        what,
      );
    else matches(t, change!.cut, [cut], what);
  }
});
