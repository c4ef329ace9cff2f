import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { type FindOptions, findRepositories } from '../../src/installer/find-repositories.ts';
import { environment } from '../support/environment.ts';
import { must } from '../support/run.ts';

async function found(directory: string, options: Partial<FindOptions> = {}): Promise<string[]> {
  const list = [];
  for await (const one of findRepositories(directory, { owner: process.getuid!(), ...options }))
    list.push(one.directory);
  return list;
}

t.test('finds bare repositories at any depth, and nothing else', async t => {
  const dir = t.testdir({
    root: { acme: { team: {} }, empty: {}, file: 'x', 'not-one.git': { HEAD: 'x', objects: {} } },
  });
  const root = join(dir, 'root');
  const env = environment(dir);
  const init = (...args: string[]) => must('git', ['init', '-q', ...args], { env });
  await init('--bare', join(root, 'acme', 'app.git'));
  await init('--bare', join(root, 'acme', 'team', 'no-suffix'));
  await init('--bare', join(root, 'acme', 'app.git', 'inside.git'));
  await init('--bare', join(root, 'bare', '.git'));
  await init(join(root, 'work'));
  await init('--separate-git-dir', join(root, 'separate.git'), join(root, 'separate'));
  await init('--bare', join(root, 'work', 'below.git'));
  t.strictSame(
    await found(root),
    ['acme/app.git', 'acme/team/no-suffix', 'bare/.git', 'work/below.git'].map(path => join(root, path)),
  );
  t.strictSame(await found(join(root, 'acme', 'app.git')), [join(root, 'acme', 'app.git')], 'at');
  t.strictSame(await found(join(root, 'empty')), []);
});

t.test('follows links once', async t => {
  const dir = t.testdir({ root: { a: {} }, other: {} });
  const env = environment(dir);
  await must('git', ['init', '-q', '--bare', join(dir, 'other', 'app.git')], { env });
  await must('git', ['init', '-q', '--bare', join(dir, 'root', 'a', 'b.git')], { env });
  await symlink('../..', join(dir, 'root', 'a', 'loop'));
  await symlink(join(dir, 'other'), join(dir, 'root', 'other'));
  await symlink('app.git', join(dir, 'other', 'again.git'));
  await symlink('nowhere', join(dir, 'root', 'dangling'));
  const paths = [];
  for await (const one of findRepositories(join(dir, 'root'), { owner: process.getuid!() }))
    paths.push([one.path, one.directory, one.linked]);
  t.strictSame(paths, [
    [join(dir, 'root', 'a', 'b.git'), join(dir, 'root', 'a', 'b.git'), false],
    [join(dir, 'root', 'other', 'app.git'), join(dir, 'other', 'app.git'), true],
    [join(dir, 'root', 'other', 'again.git'), join(dir, 'other', 'app.git'), true],
  ]);
});

t.test('says what it could not look into, and goes on', async t => {
  const dir = t.testdir({ closed: {}, open: {} });
  await must('git', ['init', '-q', '--bare', join(dir, 'open', 'app.git')], { env: environment(dir) });
  const problems: string[] = [];
  const problem = (path: string) => problems.push(path);
  if (process.getuid?.() !== 0) {
    await chmod(join(dir, 'closed'), 0);
    const repositories = await found(dir, { problem });
    // At once: the test's directory could not be removed.
    await chmod(join(dir, 'closed'), 0o755);
    t.strictSame(repositories, [join(dir, 'open', 'app.git')]);
    t.strictSame(problems.splice(0), [join(dir, 'closed')]);
  }
  await found(join(dir, 'missing'), { problem });
  t.strictSame(problems, [join(dir, 'missing')]);
  await mkdir(join(dir, 'missing'));
});
