/** The links into gitolite's directory of hooks where something else is in their place. gitolite itself: integration/gitolite. */
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { installHooks } from '../../src/installer/install-hooks.ts';
import { hasHooks, uninstallHooks } from '../../src/installer/uninstall-hooks.ts';
import { PROJECT } from '../support/belfry.ts';
import { environment } from '../support/environment.ts';
import { must } from '../support/run.ts';
import { directoryPicture } from './directory-picture.ts';

const FOREIGN = '#!/bin/sh\nexit 3\n';

async function stage(dir: string) {
  const env = environment(dir);
  process.env.HOME = env.HOME;
  const repository = join(dir, 'app.git');
  await must('git', ['init', '-q', '--bare', repository], { env });
  const common = join(dir, 'admin/hooks/common');
  await mkdir(common, { recursive: true });
  await writeFile(join(common, 'update'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  await symlink(join(common, 'update'), join(repository, 'hooks/update'));
  return {
    common,
    own: join(repository, 'hooks/post-receive'),
    repository,
    install: () => installHooks(repository, { app: PROJECT, home: join(dir, 'home') }),
    picture: async () => [
      await directoryPicture(common, { times: false }),
      await directoryPicture(join(repository, 'hooks'), { times: false }),
    ],
  };
}

t.test('a hook of the repository alone, and another one for all: nothing is lost', async t => {
  const one = await stage(t.testdir({}));
  await writeFile(one.own, FOREIGN, { mode: 0o755 });
  await writeFile(join(one.common, 'post-receive'), '#!/bin/sh\nexit 4\n', { mode: 0o755 });
  await t.rejects(one.install(), {
    code: 'conflict',
    message: `${one.own} is a hook of this repository only, and gitolite has another one for all`,
  });
  t.equal(await readFile(one.own, 'utf8'), FOREIGN);
  t.equal(await readFile(join(one.common, 'post-receive.d/post-receive'), 'utf8'), '#!/bin/sh\nexit 4\n');
  t.notOk(await hasHooks(one.repository), 'the doctor names it');
});

t.test('a directory where gitolite wants a link', async t => {
  const one = await stage(t.testdir({}));
  await writeFile(join(one.common, 'post-receive'), FOREIGN, { mode: 0o755 });
  await symlink(join(one.common, 'post-receive'), one.own);
  await mkdir(`${one.own}.d`);
  await t.rejects(one.install(), {
    code: 'conflict',
    message: `${one.own}.d: wanted a link, as gitolite does, got a directory`,
  });
  await rm(`${one.own}.d`, { recursive: true });
  t.match(await one.install(), { changed: true, how: 'chained' });
  t.match(await one.install(), { changed: false });
});

t.test('many repositories at once have one hook, and give it back once', async t => {
  const dir = t.testdir({});
  const one = await stage(dir);
  await writeFile(join(one.common, 'post-receive'), FOREIGN, { mode: 0o755 });
  await symlink(join(one.common, 'post-receive'), one.own);
  const repositories = await Promise.all(
    ['a', 'b', 'c', 'd'].map(async name => {
      const path = join(dir, `${name}.git`);
      await must('cp', ['-a', one.repository, path], { env: environment(dir) });
      return path;
    }),
  );
  const before = await one.picture();
  const installation = { app: PROJECT, home: join(dir, 'home') };
  await Promise.all(repositories.map(path => installHooks(path, installation)));
  t.equal(await readFile(join(one.common, 'post-receive.d/post-receive'), 'utf8'), FOREIGN);
  for (const path of repositories) t.ok(await hasHooks(path));
  await Promise.all(repositories.map(path => uninstallHooks(path)));
  t.strictSame(await one.picture(), before);
  for (const path of repositories)
    t.strictSame(await directoryPicture(join(path, 'hooks'), { times: false }), before[1]);
});
