import { chmod, link, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { repositoryFacts } from '../../src/git/repository-facts.ts';
import { must } from '../support/run.ts';
import { bareRepository } from './bare-repository.ts';

t.test('a new repository', async t => {
  const before = Date.now() - 2000;
  const { path } = await bareRepository(t.testdir());
  const facts = await repositoryFacts(path);
  t.match(facts, { description: '', defaultBranch: 'main', objectFormat: 'sha1' });
  t.ok(facts.createdAt > before && facts.createdAt <= Date.now(), 'born just now');
  t.ok(Number.isInteger(facts.createdAt));
});

t.test('an old one, moved here by a tool that keeps the times', async t => {
  const { path, git } = await bareRepository(t.testdir(), { format: 'sha256' });
  await git(['symbolic-ref', 'HEAD', 'refs/heads/主/x']);
  await writeFile(join(path, 'description'), '  工具 \n');
  const born = Date.UTC(2012, 0, 2);
  await utimes(join(path, 'info', 'exclude'), born / 1000, born / 1000);
  await utimes(join(path, 'config'), 0, 0);
  t.strictSame(await repositoryFacts(path), {
    description: '工具',
    createdAt: born,
    defaultBranch: '主/x',
    objectFormat: 'sha256',
  });
  await rm(join(path, 'description'));
  t.match(await repositoryFacts(path), { description: '' });
});

t.test('heads of every sort', async t => {
  const repository = await bareRepository(t.testdir());
  const { path } = repository;
  const [id] = await repository.build([{}]);
  const head = join(path, 'HEAD');
  await writeFile(head, `${id}\n`);
  t.match(await repositoryFacts(path), { defaultBranch: 'HEAD' }, 'detached');
  await writeFile(head, 'ref: refs/elsewhere/x\n');
  t.match(await repositoryFacts(path), { defaultBranch: 'elsewhere/x' });
  await repository.git(['update-ref', 'refs/heads/old', id!]);
  await rm(head);
  await symlink('refs/heads/old', head);
  t.match(await repositoryFacts(path), { defaultBranch: 'old' }, 'a symbolic link, as git made them once');
});

t.test('HEAD named a branch that nobody has pushed, and receivers were told of it', async t => {
  const repository = await bareRepository(t.testdir());
  const { path, git } = repository;
  const [id] = await repository.build([{}]);
  const branch = async () => (await repositoryFacts(path)).defaultBranch;
  // Loose, and packed into one file.
  for (const pack of [false, true]) {
    const put = async (name: string) => {
      await git(['update-ref', `refs/heads/${name}`, id!]);
      if (pack) await git(['pack-refs', '--all']);
    };
    await git(['symbolic-ref', 'HEAD', 'refs/heads/master']);
    t.equal(await branch(), 'master', 'none is there: it is the one that is to come');
    await put('topic/of/two');
    t.equal(await branch(), 'topic/of/two', 'the only one');
    await put('topic-first');
    t.equal(await branch(), 'topic-first', 'the first by name, as git has them in order');
    await put('main');
    t.equal(await branch(), 'main', 'before those that only come first by name');
    await git(['update-ref', '--no-deref', 'HEAD', id!]);
    t.equal(await branch(), 'main', 'HEAD names no branch');
    await git(['symbolic-ref', 'HEAD', 'refs/heads/master']);
    await put('master/x');
    t.equal(await branch(), 'main', 'a directory is no branch');
    await git(['update-ref', '-d', 'refs/heads/master/x']);
    await put('master');
    t.equal(await branch(), 'master', 'HEAD was right');
    await git(['symbolic-ref', 'HEAD', 'refs/heads/topic/of/two']);
    t.equal(await branch(), 'topic/of/two', 'HEAD wins, whatever else is there');
    for (const name of ['topic/of/two', 'topic-first', 'main', 'master'])
      await git(['update-ref', '-d', `refs/heads/${name}`]);
  }
});

t.test('looking for another branch than that of HEAD waits for no pipe', async t => {
  const repository = await bareRepository(t.testdir());
  const { path, git } = repository;
  const [id] = await repository.build([{}]);
  await git(['update-ref', 'refs/heads/a/b', id!]);
  await git(['pack-refs', '--all']);
  await git(['symbolic-ref', 'HEAD', 'refs/heads/gone']);
  await rm(join(path, 'packed-refs'));
  await must('mkfifo', [join(path, 'packed-refs')], { env: { PATH: '/usr/bin:/bin' } });
  t.match(await repositoryFacts(path), { defaultBranch: 'gone' });
  await symlink('/', join(path, 'refs', 'heads', 'way-out'));
  await mkdir(join(path, 'refs', 'heads', 'a', 'empty'), { recursive: true });
  await writeFile(join(path, 'HEAD'), 'ref: refs/heads/way-out/etc/passwd\n');
  t.match(await repositoryFacts(path), { defaultBranch: 'way-out' }, 'a link is a ref, and no way');
});

t.test('a working copy and a linked one', async t => {
  const dir = t.testdir();
  const { env } = await bareRepository(dir);
  const { GIT_DIR: _, ...free } = env;
  await must('git', ['init', '-q', '-b', 'trunk', join(dir, 'work')], { env: free });
  const git = (...args: string[]) => must('git', ['-C', join(dir, 'work'), ...args], { env: free });
  await git('-c', 'user.name=A', '-c', 'user.email=a@x', 'commit', '-q', '--allow-empty', '-m', 'x');
  await git('worktree', 'add', '-q', '-b', 'side', join(dir, 'linked'));
  await writeFile(join(dir, 'work', '.git', 'description'), 'Work\n');
  t.match(await repositoryFacts(join(dir, 'work', '.git')), { defaultBranch: 'trunk', description: 'Work' });
  t.match(await repositoryFacts(join(dir, 'work', '.git', 'worktrees', 'linked')), {
    defaultBranch: 'trunk',
    description: 'Work',
  });
});

t.test('settings that look alike are not mistaken', async t => {
  const { path } = await bareRepository(t.testdir());
  await writeFile(
    join(path, 'config'),
    '[core]\n\trepositoryformatversion = 0\n\tbare = true\n[other]\n\tobjectFormat = sha256\n; [extensions] objectFormat = sha256\n',
  );
  t.match(await repositoryFacts(path), { objectFormat: 'sha1' });
  await writeFile(join(path, 'config'), '[Extensions] objectFormat = "sha256"\n[core]\n\tbare = true\n');
  t.match(await repositoryFacts(path), { objectFormat: 'sha256' });
});

t.test('what is not a repository', async t => {
  const dir = t.testdir({ 'plain.git': {} });
  for (const name of ['plain.git', 'nothing.git']) {
    await t.rejects(repositoryFacts(join(dir, name)), {
      name: 'BelfryError',
      code: 'git',
      message: new RegExp(name),
    });
  }
  await mkdir(join(dir, 'bad.git'));
  await writeFile(join(dir, 'bad.git', 'HEAD'), 'nonsense\n');
  await t.rejects(repositoryFacts(join(dir, 'bad.git')), { code: 'git', message: /not a git repository/ });
});

t.test('files that are made to cost much', async t => {
  const { path } = await bareRepository(t.testdir());
  await writeFile(join(path, 'description'), '🔔'.repeat(100_000));
  await writeFile(join(path, 'HEAD'), `ref: refs/heads/${' '.repeat(200_000)}x`);
  const { description, defaultBranch } = await repositoryFacts(path);
  t.equal(description, '🔔'.repeat(1_000), 'it goes into every event twice');
  t.equal(defaultBranch, '');
});

t.test(
  'nothing is told of another file that the description leads to, or that has a name in its place',
  async t => {
    const { path } = await bareRepository(t.testdir());
    const description = join(path, 'description');
    const key = join(path, '..', 'key');
    await writeFile(key, 'SECRET', { mode: 0o600 });
    // Shared by a group, as `git init --shared` makes it.
    await chmod(path, 0o2775);
    for (const put of [symlink, link]) {
      await rm(description);
      await put(key, description);
      t.match(await repositoryFacts(path), { description: '', defaultBranch: 'main' }, put.name);
    }
    await rm(description);
    await writeFile(description, 'Ours\n', { mode: 0o644 });
    t.match(await repositoryFacts(path), { description: 'Ours' });
  },
);

t.test('a pipe, a directory, a device or a private file in place of any file holds nothing up', async t => {
  const { path } = await bareRepository(t.testdir());
  const kinds: Record<string, (file: string) => Promise<unknown>> = {
    pipe: file => must('mkfifo', [file], { env: { PATH: '/usr/bin:/bin' } }),
    'link to a pipe': file => symlink(join(path, 'pipe'), file),
    directory: file => mkdir(file),
    device: file => symlink('/dev/zero', file),
    circle: file => symlink(file, file),
    nothing: async () => {},
  };
  await must('mkfifo', [join(path, 'pipe')], { env: { PATH: '/usr/bin:/bin' } });
  for (const name of ['description', 'config', 'HEAD', 'commondir', 'info']) {
    await rename(join(path, name), join(path, 'kept')).catch(() => {});
    for (const [kind, put] of Object.entries(kinds)) {
      // Without HEAD it is not a repository.
      if (name === 'HEAD' && kind === 'nothing') continue;
      await put(join(path, name));
      const defaultBranch = name === 'HEAD' ? 'HEAD' : 'main';
      t.match(await repositoryFacts(path), { description: '', defaultBranch }, `${name}: ${kind}`);
      await rm(join(path, name), { recursive: true, force: true });
    }
    await rename(join(path, 'kept'), join(path, name)).catch(() => {});
  }
});

t.test('a commondir that leads to another repository is not believed', async t => {
  const dir = t.testdir({ private: {}, own: { worktrees: { x: {} } } });
  const { path } = await bareRepository(join(dir, 'private'));
  await writeFile(join(path, 'description'), 'PRIVATE');
  const own = join(dir, 'own');
  for (const directory of [own, join(own, 'worktrees', 'x')]) {
    await writeFile(join(directory, 'HEAD'), 'ref: refs/heads/mine\n');
    for (const common of [path, `../private/${path.split('/').at(-1)}`]) {
      await writeFile(join(directory, 'commondir'), `${common}\n`);
      t.match(await repositoryFacts(directory), { description: '', defaultBranch: 'mine' });
    }
  }
});

t.test('a branch name of megabytes in packed-refs went into every delivery', async t => {
  const repository = await bareRepository(t.testdir());
  const { path } = repository;
  const id = '1'.repeat(40);
  const named = 'ref: refs/heads/named\n';
  await writeFile(join(path, 'HEAD'), named);
  for (const [what, text] of [
    ['without an end', `${id} refs/heads/${'A'.repeat(1_000_000)}`],
    ['too long', `${id} refs/heads/${'A'.repeat(10_000)}\n`],
    ['a control character', `${id} refs/heads/a\x1b[31m\n`],
  ] as const) {
    await writeFile(join(path, 'packed-refs'), `# pack-refs with: peeled fully-peeled sorted\n${text}`);
    t.equal((await repositoryFacts(path)).defaultBranch, 'named', what);
  }
});
