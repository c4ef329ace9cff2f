/** A `~/` in a repository's settings: git has no HOME in the worker, and gave up at each of them. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { describePush } from '../../src/git/describe-push.ts';
import { listRefs } from '../../src/git/look-up-refs.ts';
import { trialMerge } from '../../src/git/trial-merge.ts';
import { bareRepository } from '../git/bare-repository.ts';
import { tower } from '../support/tower.ts';

/** Git reads each of them whatever it is asked, and makes a path of it. */
const SETTINGS = [
  ['core.excludesFile', '~/ignored'],
  ['core.attributesFile', '~/attributes'],
  ['core.hooksPath', '~/hooks'],
  ['mailmap.file', '~/mailmap'],
  ['include.path', '~/more.gitconfig'],
  ['includeIf.gitdir:~/project/.path', '~/project.gitconfig'],
] as const;

t.test('a setting with `~/` kept a push from being announced', async t => {
  const stage = await tower(t);
  const { repository, belfry } = stage;
  await stage.webhook('/hook');
  for (const [key, value] of SETTINGS)
    if (key !== 'core.hooksPath') await repository.server('config', key, value);
  const tip = await repository.commit({ files: { a: '1' }, message: 'one\n' });
  const pushed = await repository.push(['main']);
  t.equal(pushed.status, 0, pushed.stderr);
  const [request] = await stage.receiver.received(1);
  const { commits, head_commit } = JSON.parse(request!.body.toString('utf8'));
  t.equal(commits, null, 'a new branch');
  t.equal(head_commit.id, tip);
  t.strictSame(head_commit.added, ['a']);
  t.strictSame(await readdir(join(belfry.home, 'spool', 'bad')).catch(() => []), []);
  const env = Object.fromEntries(Object.entries(belfry.env).filter(([name]) => name !== 'HOME'));
  const status = await belfry.run(['install', stage.root], { env: { ...env, HOME: '' }, apart: true });
  t.match(status, { status: 0, stderr: '' }, 'nor does a command that was started without HOME give up');
});

t.test('what a person’s own directory holds makes no difference to what is told', async t => {
  const dir = t.testdir({});
  const own = process.env.HOME;
  t.teardown(() => {
    process.env.HOME = own;
  });
  process.env.HOME = join(dir, 'own');
  await mkdir(process.env.HOME);
  await writeFile(join(process.env.HOME, 'more.gitconfig'), 'this is no configuration\n');
  const repository = await bareRepository(dir);
  const [first, one, two] = await repository.build([
    { files: { a: '1' } },
    { parents: [0], files: { b: '1' } },
    { parents: [0], files: { c: '1' } },
  ]);
  await repository.git(['update-ref', 'refs/heads/main', one!]);
  for (const [key, value] of SETTINGS) await repository.git(['config', key, value]).catch(() => {});
  const [change] = await describePush(repository.path, [{ ref: 'refs/heads/main', old: first!, new: one! }]);
  t.strictSame(
    change!.commits.map(({ id, added }) => [id, added]),
    [[one, ['b']]],
  );
  t.strictSame(change!.cut, []);
  const refs = await Array.fromAsync(listRefs({ repository: repository.path }));
  t.strictSame(refs.flat(), [{ ref: 'refs/heads/main', id: one }]);
  t.match(await trialMerge({ repository: repository.path }, one!, two!), { outcome: 'clean' });
});
