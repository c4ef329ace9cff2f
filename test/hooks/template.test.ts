import { access, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { hasTemplate, installTemplate, uninstallTemplate } from '../../src/installer/template.ts';
import { uninstallHooks } from '../../src/installer/uninstall-hooks.ts';
import { PROJECT } from '../support/belfry.ts';
import { environment } from '../support/environment.ts';
import { must, run } from '../support/run.ts';
import { directoryPicture } from './directory-picture.ts';

async function stage(dir: string) {
  const env = environment(dir);
  process.env.HOME = env.HOME;
  delete process.env.XDG_CONFIG_HOME;
  const home = join(dir, "ho'me");
  const git = (...args: string[]) => must('git', args, { cwd: dir, env });
  return {
    env,
    home,
    git,
    installation: { app: PROJECT, home },
    async born(name: string) {
      await git('init', '-q', '--bare', name);
      return join(dir, name);
    },
  };
}

t.test('gives later repositories the hooks, and stops doing so', async t => {
  const { env, home, git, installation, born } = await stage(t.testdir({}));
  const before = await directoryPicture(await born('before.git'), { times: false });
  t.notOk(await hasTemplate(home));
  process.umask(0o077);
  const directory = join(home, 'template');
  t.strictSame(await installTemplate(installation), { changed: true, directory });
  process.umask(0o022);
  const picture = await directoryPicture(directory);
  t.strictSame(await installTemplate(installation), { changed: false, directory });
  t.strictSame(await directoryPicture(directory), picture);
  t.ok(await hasTemplate(home));
  t.notOk(await hasTemplate(join(home, 'other')));

  const repository = await born('after.git');
  const after = await directoryPicture(repository, { times: false });
  t.strictSame(
    Object.keys(after).filter(name => !(name in before)),
    ['hooks/post-receive'],
  );
  t.strictSame(
    Object.keys(before).filter(name => before[name] !== after[name]),
    ['config'],
  );
  t.equal((await stat(join(repository, 'config'))).mode & 0o777, 0o644);
  t.equal(await git('-C', repository, 'config', '--type=bool', 'receive.advertisePushOptions'), 'true\n');
  await uninstallHooks(repository);
  const given = await directoryPicture(repository, { times: false });
  t.equal(given['hooks/post-receive'], undefined);
  t.notMatch(given.config, 'belfry');

  t.strictSame(await uninstallTemplate(home), { changed: true, directory });
  t.strictSame(await directoryPicture(await born('last.git'), { times: false }), before);
  await t.rejects(access(directory));
  t.equal(await readFile(join(env.HOME!, '.gitconfig'), 'utf8'), '', 'nothing is left of the setting');
  t.strictSame(await uninstallTemplate(home), { changed: false, directory });
});

t.test('uses the template that the user has', async t => {
  const { env, home, git, installation, born } = await stage(t.testdir({}));
  const directory = join(env.HOME!, 'my template');
  await mkdir(join(directory, 'hooks'), { recursive: true });
  await writeFile(join(directory, 'hooks', 'post-receive'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
  await writeFile(join(directory, 'note'), 'mine');
  await git('config', '--global', 'init.templateDir', '~/my template');
  const before = await directoryPicture(directory);
  t.strictSame(await installTemplate(installation), { changed: true, directory });
  t.strictSame(await installTemplate(installation), { changed: false, directory });
  t.ok(await hasTemplate(home));

  const repository = await born('after.git');
  t.equal((await run('hooks/post-receive', [], { cwd: repository, env })).status, 3, 'the foreign hook runs');
  t.equal(await git('-C', repository, 'config', '--type=bool', 'receive.advertisePushOptions'), 'true\n');
  await uninstallHooks(repository);
  t.equal(await readFile(join(repository, 'hooks', 'post-receive'), 'utf8'), '#!/bin/sh\nexit 3\n');
  await t.rejects(access(join(repository, 'hooks', 'post-receive.d')));

  t.strictSame(await uninstallTemplate(home), { changed: true, directory });
  const { config, ...after } = await directoryPicture(directory);
  t.strictSame(after, before);
  t.match(config, /^100644 \d+:\d+ \d+ $/, 'no setting is left in it');
  t.equal(await git('config', '--global', 'init.templateDir'), '~/my template\n');
  t.strictSame(await uninstallTemplate(home), { changed: false, directory });
});
