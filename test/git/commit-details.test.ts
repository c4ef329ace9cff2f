import t from 'tap';
import { describePush } from '../../src/git/describe-push.ts';
import type { Commit } from '../../src/model/change.ts';
import { needs } from '../support/needs.ts';
import { must } from '../support/run.ts';
import { type BareRepository, bareRepository } from './bare-repository.ts';

const ZERO = '0'.repeat(40);

async function head(repository: BareRepository, id: string): Promise<Commit> {
  const [change] = await describePush(repository.path, [{ old: ZERO, new: id, ref: 'refs/heads/main' }]);
  return change!.head!;
}

const paths = ({ added, removed, modified }: Commit) => ({ added, removed, modified });

t.test('what a commit changes', async t => {
  const repository = await bareRepository(t.testdir());
  const text = 'a line\nanother line\nand a third\n';
  const ids = await repository.build([
    { files: { 'd/e/f': text, g: 'g' } },
    { parents: [0], files: { 'd/e/f': null, moved: text } },
    { parents: [1] },
    { parents: [0], files: { h: 'h' } },
    { parents: [2, 3], files: { h: 'h', evil: 'by the merge itself' } },
    { parents: [2, 3], files: {} },
    { parents: [0], files: { 'd/e': 'a file where a directory was' } },
  ]);
  t.strictSame(
    paths(await head(repository, ids[0]!)),
    { added: ['d/e/f', 'g'], removed: [], modified: [] },
    'root',
  );
  t.strictSame(
    paths(await head(repository, ids[1]!)),
    { added: ['moved'], removed: ['d/e/f'], modified: [] },
    'rename',
  );
  t.strictSame(paths(await head(repository, ids[2]!)), { added: [], removed: [], modified: [] }, 'empty');
  t.strictSame(
    paths(await head(repository, ids[4]!)),
    { added: ['evil', 'h'], removed: [], modified: [] },
    'merge',
  );
  t.strictSame(
    paths(await head(repository, ids[5]!)),
    { added: [], removed: [], modified: [] },
    'merge that took nothing over',
  );
  t.strictSame(paths(await head(repository, ids[6]!)), { added: ['d/e'], removed: ['d/e/f'], modified: [] });

  const blob = await repository.object('blob', 'x');
  const tree = async (...entries: string[]) =>
    repository.git(['mktree', '--missing'], `${entries.join('\n')}\n`);
  const commit = async (tree: string, ...parents: string[]) =>
    repository.git(
      [
        '-c',
        'user.name=A',
        '-c',
        'user.email=a@example.com',
        'commit-tree',
        tree,
        ...parents.flatMap(id => ['-p', id]),
      ],
      'x\n',
    );
  const module = ids[0]!;
  const first = await commit(
    await tree(`100644 blob ${blob}\tf`, `160000 commit ${module}\tmodule`, `100644 blob ${blob}\trun`),
  );
  const second = await commit(
    await tree(`120000 blob ${blob}\tf`, `160000 commit ${ids[1]}\tmodule`, `100755 blob ${blob}\trun`),
    first,
  );
  t.strictSame(paths(await head(repository, first)).added, ['f', 'module', 'run'], 'a submodule is a path');
  t.strictSame(
    paths(await head(repository, second)),
    { added: [], removed: [], modified: ['f', 'module', 'run'] },
    'type, submodule and mode changed',
  );
});

t.test('paths of any bytes', async t => {
  const repository = await bareRepository(t.testdir());
  const [id] = await repository.build([
    {
      files: {
        '"n\\nl"': '',
        '"\\001\\033[31m"': '',
        '" lead"': '',
        '"\\"q\\\\"': '',
        'д/文件': '',
        '"\\377\\376x"': '',
        '":(glob)*"': '',
        M: '',
        'a\tb': '',
      },
    },
  ]);
  t.strictSame(
    [...(await head(repository, id!)).added].sort(),
    ['\u0001\u001b[31m', 'n\nl', ' lead', '"q\\', ':(glob)*', 'M', 'a\tb', 'д/文件', '\ufffd\ufffdx'].sort(),
  );
});

t.test('messages to the last byte', async t => {
  const repository = await bareRepository(t.testdir());
  const messages = [
    '',
    '\n',
    'a',
    'a\n',
    'a\n\n\n',
    '\n\nafter blank lines\n',
    '  indented\n\ttab',
    'Ümläute 中文 🔔\n',
    '\ufeffwith a BOM\n',
    'crlf\r\n',
    `M\nA\n${ZERO}\n`,
    ':100644 100644 a b M\n',
  ];
  const ids = await repository.build(
    messages.flatMap(message => [{ message }, { message, files: { a: '' } }]),
  );
  const changes = await describePush(
    repository.path,
    ids.map((id, index) => ({ old: ZERO, new: id, ref: `refs/heads/${index}` })),
  );
  t.strictSame(
    changes.map(change => [change.head!.message, change.head!.added]),
    messages.flatMap(message => [
      [message, []],
      [message, ['a']],
    ]),
  );
});

t.test('other encodings', async t => {
  const repository = await bareRepository(t.testdir());
  const tree = await repository.git(['mktree'], '');
  const raw = async (name: Buffer | string, message: Buffer | string, encoding?: string) =>
    head(
      repository,
      await repository.object(
        'commit',
        Buffer.concat([
          Buffer.from(`tree ${tree}\nauthor `),
          Buffer.from(name),
          Buffer.from(' <a@example.com> 1600000000 +0800\ncommitter C <c@example.com> 1600000000 +0000\n'),
          Buffer.from(encoding === undefined ? '\n' : `encoding ${encoding}\n\n`),
          Buffer.from(message),
        ]),
      ),
    );
  const latin = await raw(Buffer.from('Jos\xe9', 'latin1'), Buffer.from('caf\xe9\n', 'latin1'), 'ISO-8859-1');
  t.strictSame([latin.author.name, latin.message], ['José', 'café\n']);
  const gbk = await raw(Buffer.from([0xd5, 0xc5]), Buffer.from([0xd6, 0xd0, 0xce, 0xc4, 0x0a]), 'GBK');
  t.strictSame([gbk.author.name, gbk.message], ['张', '中文\n']);
  const wrong = await raw(Buffer.from('Jos\xe9', 'latin1'), Buffer.from('caf\xe9 ok\n', 'latin1'));
  t.strictSame([wrong.author.name, wrong.message], ['Jos\ufffd', 'caf\ufffd ok\n'], 'invalid bytes');
  const unknown = await raw('A', Buffer.from('caf\xe9\n', 'latin1'), 'no-such-encoding');
  t.equal(unknown.message, 'caf\ufffd\n');
});

t.test('people and times as they stand in the commit', async t => {
  const repository = await bareRepository(t.testdir());
  const tree = await repository.git(['mktree'], '');
  const raw = async (author: string, committer = author) =>
    head(
      repository,
      await repository.object('commit', `tree ${tree}\nauthor ${author}\ncommitter ${committer}\n\nx\n`),
    );
  const own = await raw('A B <a@example.com> 1600000000 +0845', 'C <c> 1600000001 -1130');
  t.strictSame(own.author, { name: 'A B', email: 'a@example.com', seconds: 1_600_000_000, offset: '+0845' });
  t.strictSame(own.committer, { name: 'C', email: 'c', seconds: 1_600_000_001, offset: '-1130' });
  t.match((await raw(' <> 0 +0000')).author, { name: '', email: '', seconds: 0 });
  t.match((await raw('A <a@x> 99999999999999 +0000')).author, { seconds: 99_999_999_999_999 });
  t.match((await raw('A <a@x> 1600000000 +051800')).author, { seconds: 1_600_000_000, offset: '+0000' });
  t.match((await raw('A <a@x> yesterday')).author, { seconds: 0, offset: '+0000' });
  t.match((await raw('nobody')).author, { name: '', email: '', seconds: 0, offset: '+0000' });
});

t.test('many parents', async t => {
  const repository = await bareRepository(t.testdir());
  const ids = await repository.build(Array.from({ length: 12 }, (_, index) => ({ message: `${index}` })));
  const tree = await repository.git(['mktree'], '');
  const who = 'A <a@example.com> 1700000000 +0000';
  const parents = ids.map(id => `parent ${id}\n`).join('');
  const octopus = await repository.object(
    'commit',
    `tree ${tree}\n${parents}author ${who}\ncommitter ${who}\n\nx\n`,
  );
  t.strictSame((await head(repository, octopus)).parents, ids);
  const updates = [{ old: ids[0]!, new: octopus, ref: 'refs/heads/main' }];
  const [few] = await describePush(repository.path, updates, { parents: 5 });
  t.strictSame(few!.head!.parents, ids.slice(0, 5));
  t.equal(few!.total, 12, 'counting needs them all');
  t.strictSame(few!.cut, [`Commit ${octopus.slice(0, 12)}: 7 of its 12 parents are left out.`]);
});

t.test('a signed commit', async t => {
  if (!needs(t, 'ssh-keygen')) return;
  const dir = t.testdir();
  const repository = await bareRepository(dir);
  await must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'x', '-f', `${dir}/key`]);
  const tree = await repository.git(['mktree'], '');
  const config = [
    'gpg.format=ssh',
    `user.signingKey=${dir}/key`,
    'user.name=A',
    'user.email=a@example.com',
    'log.showSignature=true',
  ];
  for (const entry of config) await repository.git(['config', ...entry.split(/=(.*)/s, 2)]);
  const id = await repository.git(['commit-tree', '-S', tree], 'signed\n');
  t.equal((await head(repository, id)).message, 'signed\n');
});
