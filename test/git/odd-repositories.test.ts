/** Repositories as they are in the world: shallow, pruned, broken, grafted, somebody else's, in an unfriendly environment. */
import { chmod, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { describePush } from '../../src/git/describe-push.ts';
import { SYSTEM_PATH } from '../../src/system-path.ts';
import { matches } from '../support/matches.ts';
import { needs } from '../support/needs.ts';
import { must } from '../support/run.ts';
import { type BareRepository, bareRepository } from './bare-repository.ts';

const ZERO = '0'.repeat(40);
const GONE = '1234567890'.repeat(4);

t.test('shallow: the edge counts as a root', async t => {
  const dir = t.testdir();
  const repository = await bareRepository(dir);
  const ids = await repository.build([
    { files: { a: '' } },
    { parents: [0], files: { b: '' } },
    { parents: [1], files: { c: '' } },
    { parents: [2], files: { d: '' } },
  ]);
  await repository.git(['update-ref', 'refs/heads/main', ids[3]!]);
  const path = join(dir, 'shallow.git');
  await must('git', ['clone', '-q', '--bare', '--depth=2', `file://${repository.path}`, path], {
    env: without(repository.env, 'GIT_DIR'),
  });
  const [updated, created, other] = await describePush(path, [
    { old: ids[2]!, new: ids[3]!, ref: 'refs/heads/main' },
    { old: ZERO, new: ids[3]!, ref: 'refs/heads/new' },
    { old: ZERO, new: ids[2]!, ref: 'refs/heads/edge' },
  ]);
  matches(t, updated, {
    total: 1,
    removed: 0,
    commits: [{ id: ids[3], added: ['d'], parents: [ids[2]] }],
    cut: [],
  });
  t.match(created, { total: 2 });
  matches(t, other, { total: 1, head: { id: ids[2], added: ['a', 'b', 'c'], parents: [] } });
});

t.test('tips that are gone', async t => {
  const repository = await bareRepository(t.testdir());
  const ids = await repository.build([{ files: { a: '' } }, { parents: [0] }]);
  const [old, tip, both, created, tag] = await describePush(repository.path, [
    { old: GONE, new: ids[1]!, ref: 'refs/heads/old' },
    { old: ids[0]!, new: GONE, ref: 'refs/heads/new' },
    { old: GONE, new: GONE.replace('1', '2'), ref: 'refs/heads/both' },
    { old: ZERO, new: GONE, ref: 'refs/heads/created' },
    { old: ZERO, new: GONE, ref: 'refs/tags/v1' },
  ]);
  matches(t, old, { forced: true, total: 1, removed: 1, commits: [{ id: ids[1] }], head: { id: ids[1] } });
  matches(t, old!.cut, [/^The old tip 123456789012 is missing from the repository: /]);
  for (const change of [tip!, both!, created!]) {
    matches(t, change, { head: null, commits: [], total: 0, removed: 0, forced: false }, change.ref);
    matches(t, change.cut, [/^The new tip \d{12} is missing from the repository\.$/]);
  }
  t.match(tag, { head: null, tag: null, total: null });
  t.equal(tag!.cut.length, 1);

  const hollow = await repository.object(
    'tag',
    `object ${GONE}\ntype commit\ntag v1\ntagger A <a@x> 1 +0000\n\nHollow\n`,
  );
  const [left] = await describePush(repository.path, [{ old: ZERO, new: hollow, ref: 'refs/tags/v1' }]);
  t.match(left, { head: null, tag: { message: 'Hollow\n' } });
  matches(t, left!.cut, [/stands for is missing/]);
});

t.test('broken: what moved is told, and git says in one clean line what cannot be', async t => {
  const dir = t.testdir();
  const repository = await bareRepository(dir);
  const who = 'A <a@example.com> 1600000000 +0000';
  const tree = await repository.git(['mktree'], '');
  const orphan = await repository.object(
    'commit',
    `tree ${tree}\nparent ${GONE}\nauthor ${who}\ncommitter ${who}\n\nx\n`,
  );
  const treeless = await repository.object('commit', `tree ${GONE}\nauthor ${who}\ncommitter ${who}\n\nx\n`);
  const [root, next] = await repository.build([{ files: { a: '' } }, { parents: [0], files: { b: '' } }]);
  const [broken, fine, made, hollow, gone] = await describePush(repository.path, [
    { old: root!, new: orphan, ref: 'refs/heads/broken' },
    { old: root!, new: next!, ref: 'refs/heads/fine' },
    { old: ZERO, new: orphan, ref: 'refs/heads/a-broken-one' },
    { old: ZERO, new: treeless, ref: 'refs/heads/hollow' },
    { old: next!, new: ZERO, ref: 'refs/heads/gone' },
  ]);
  matches(t, broken, {
    total: 1,
    removed: 0,
    forced: false,
    commits: [{ id: orphan }],
    head: { message: 'x\n' },
  });
  matches(t, broken!.cut, [
    /^Of the new commits only the tip is described and counted: git rev-list failed in .*app\.git: [ -~]*1234567890[ -~]*$/,
    /its changed paths are incomplete: its parent 123456789012 is missing/,
  ]);
  matches(t, fine, { total: 1, commits: [{ id: next, added: ['b'] }], cut: [] }, 'beside it all is well');
  t.match(made, { created: true, total: 1, head: { id: orphan } });
  matches(t, hollow, { total: 1, head: { id: treeless, added: [] } });
  matches(t, hollow!.cut, [/: the tree 123456789012 is missing from the repository\.$/]);
  matches(t, gone, { deleted: true, cut: [] });

  const config = join(repository.path, 'config');
  const good = await readFile(config);
  await symlink('circle', join(dir, 'circle'));
  for (const more of [
    '[bad \u001b[31m',
    `[include]\n\tpath = ${dir}/circle`,
    '[core]\n\texcludesFile = ~no-one/x',
  ]) {
    await writeFile(config, `${good}\n${more}\n`);
    const update = { old: root!, new: next!, ref: 'refs/heads/main' };
    const [whole] = await describePush(repository.path, [update]);
    t.strictSame(
      [whole!.total, whole!.commits.map(({ id, added }) => [id, added])],
      [1, [[next, ['b']]]],
      more,
    );
    t.strictSame(whole!.cut, [], 'a configuration that only git’s own commands can do without');
  }
  await writeFile(config, good);

  await rm(join(repository.path, 'HEAD'));
  await t.rejects(
    describePush(repository.path, [{ old: ZERO, new: root!, ref: 'refs/heads/main' }]),
    {
      code: 'git',
      message: /not a git repository/,
    },
    'and no repository further up is taken for it',
  );
  await t.rejects(
    describePush(join(dir, 'no\u001b[31m.git'), [{ old: ZERO, new: root!, ref: 'refs/heads/main' }]),
    {
      code: 'git',
      message: /^[ -~]*not a git repository[ -~]*$/,
    },
  );
});

t.test('a corrupt object', async t => {
  const repository = await bareRepository(t.testdir());
  const id = await repository.object('commit', 'x'.repeat(5000));
  const file = join(repository.path, 'objects', id.slice(0, 2), id.slice(2));
  await chmod(file, 0o600);
  await truncate(file, 10);
  const [change] = await describePush(repository.path, [{ old: ZERO, new: id, ref: 'refs/heads/main' }]);
  matches(t, change, { head: null, total: 0, cut: [/missing/] }, 'is for git as good as missing');
});

t.test('no git', async t => {
  const repository = await bareRepository(t.testdir());
  const update = { old: ZERO, new: GONE, ref: 'refs/heads/main' };
  await t.rejects(describePush(repository.path, [update], { path: '/nowhere' }), {
    code: 'git',
    message: 'git was not found on the PATH',
    hint: /Install git/,
  });
});

t.test('replaced and grafted commits are what they were', async t => {
  const repository = await bareRepository(t.testdir());
  const ids = await repository.build([
    { message: 'first' },
    { parents: [0], message: 'second' },
    { message: 'fake' },
  ]);
  await repository.git(['replace', ids[1]!, ids[2]!]);
  await mkdir(join(repository.path, 'info'), { recursive: true });
  await writeFile(join(repository.path, 'info', 'grafts'), `${ids[1]}\n`);
  const [change] = await describePush(repository.path, [
    { old: ids[0]!, new: ids[1]!, ref: 'refs/heads/main' },
  ]);
  matches(t, change, { total: 1, removed: 0, head: { message: 'second', parents: [ids[0]] } });
});

t.test('a configuration that would change every answer', async t => {
  const repository = await bareRepository(t.testdir());
  const ids = await repository.build([
    { files: { ü: 'a long enough text\n' } },
    { parents: [0], files: { ü: null, ö: 'a long enough text\n' }, message: 'ä' },
  ]);
  const hostile = {
    'diff.renames': 'copies',
    'diff.relative': 'true',
    'diff.noprefix': 'true',
    'diff.orderFile': '/nowhere',
    'diff.ignoreSubmodules': 'all',
    'color.ui': 'always',
    'core.quotePath': 'true',
    'core.pager': 'false',
    'i18n.logOutputEncoding': 'ISO-8859-1',
    'log.date': 'relative',
    'log.showSignature': 'true',
    'log.diffMerges': 'off',
    'log.follow': 'true',
    'format.pretty': 'oneline',
    'notes.displayRef': 'refs/notes/*',
    'alias.rev-list': '!false',
    'alias.diff-tree': '!false',
  };
  for (const [key, value] of Object.entries(hostile)) await repository.git(['config', key, value]);
  const [change] = await describePush(repository.path, [
    { old: ids[0]!, new: ids[1]!, ref: 'refs/heads/main' },
  ]);
  matches(t, change, {
    total: 1,
    head: { message: 'ä', added: ['ö'], removed: ['ü'], author: { seconds: 1_600_000_001 } },
  });
});

t.test('an environment that points elsewhere', async t => {
  const dir = t.testdir();
  const repository = await bareRepository(dir);
  const ids = await repository.build([{ message: 'here' }]);
  const hostile = {
    GIT_DIR: join(dir, 'elsewhere.git'),
    GIT_OBJECT_DIRECTORY: join(dir, 'objects'),
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.repositoryFormatVersion',
    GIT_CONFIG_VALUE_0: '99',
    GIT_TRACE: '2',
    GIT_EXEC_PATH: dir,
  };
  const before = Object.keys(hostile).map(name => [name, process.env[name]] as const);
  t.teardown(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  Object.assign(process.env, hostile);
  const [change] = await describePush(repository.path, [{ old: ZERO, new: ids[0]!, ref: 'refs/heads/main' }]);
  t.match(change, { total: 1, head: { message: 'here' } });
});

t.test("somebody else's repository", async t => {
  if (process.getuid?.() !== 0) return t.pass('skipped', { skip: 'needs root, to give a directory away' });
  if (!needs(t, 'chown')) return;
  const repository = await bareRepository(t.testdir());
  const ids = await repository.build([{ message: 'mine' }]);
  await must('chown', ['-R', '65534:65534', repository.path], { env: repository.env });
  const [change] = await describePush(repository.path, [{ old: ZERO, new: ids[0]!, ref: 'refs/heads/main' }]);
  t.match(change, { total: 1, head: { message: 'mine' } });
});

function without(env: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([key]) => key !== name));
}

t.test('git that is killed at any of its calls', async t => {
  const dir = t.testdir({ bin: {} });
  const repository = await bareRepository(dir);
  const ids = await repository.build([{ files: { a: '' } }, { parents: [0], files: { b: '' } }]);
  const updates = [
    { old: ids[0]!, new: ids[1]!, ref: 'refs/heads/main' },
    { old: ZERO, new: ids[1]!, ref: 'refs/heads/new' },
  ];
  const count = join(dir, 'count');
  for (let fatal = 1; fatal <= 5; fatal++) {
    await writeFile(count, '');
    await writeFile(
      join(dir, 'bin', 'git'),
      `#!/bin/sh\necho x >>'${count}'\n[ $(wc -l <'${count}') != ${fatal} ] || kill -9 $$\nPATH='${SYSTEM_PATH}' exec git "$@"\n`,
    );
    await chmod(join(dir, 'bin', 'git'), 0o755);
    const path = `${join(dir, 'bin')}:${SYSTEM_PATH}`;
    const [main, made] = await describePush(repository.path, updates, { path });
    matches(
      t,
      main,
      { total: 1, commits: [{ id: ids[1], added: ['b'] }], cut: [] },
      `call ${fatal}: it is asked again`,
    );
    matches(t, made, { total: 2, head: { id: ids[1] }, cut: [] });
  }
  await writeFile(join(dir, 'bin', 'git'), '#!/bin/sh\nkill -9 $$\n');
  const [bare] = await describePush(repository.path, updates, { path: `${join(dir, 'bin')}:${SYSTEM_PATH}` });
  matches(t, bare, { head: null, commits: [], total: 0 }, 'and when it always dies, the bare facts are told');
  matches(t, bare!.cut, [/ended by SIGKILL/]);
});

t.test('objects that are corrupt beside those that are not', async t => {
  const repository = await bareRepository(t.testdir());
  const ids = await repository.build([
    { files: { a: '' } },
    { parents: [0], files: { 'd/b': '' } },
    { parents: [1], files: { c: '' } },
  ]);
  const tree = await repository.git(['rev-parse', `${ids[1]}:d`]);
  await explode(repository);
  const file = join(repository.path, 'objects', tree.slice(0, 2), tree.slice(2));
  await chmod(file, 0o600);
  await writeFile(file, 'no object');
  const [change] = await describePush(repository.path, [
    { old: ids[0]!, new: ids[2]!, ref: 'refs/heads/main' },
  ]);
  matches(t, change, {
    total: 2,
    commits: [
      { id: ids[2], added: ['c'] },
      { id: ids[1], added: [] },
    ],
  });
  matches(t, change!.cut, [/its changed paths are incomplete: the tree \w{12} /]);
});

/** Packs become loose objects, so that one of them can be damaged. */
async function explode(repository: BareRepository): Promise<void> {
  const pack = join(repository.path, 'objects', 'pack');
  for (const name of (await readdir(pack)).filter(one => one.endsWith('.pack'))) {
    const bytes = await readFile(join(pack, name));
    for (const one of await readdir(pack)) await rm(join(pack, one), { force: true });
    await repository.git(['unpack-objects', '-q'], bytes);
  }
}
