/** Two homes on one machine: the second one takes no repository away from the first without a word. */
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { examineHooks } from '../../src/installer/examine-hooks.ts';
import { type InstallOptions, installHooks } from '../../src/installer/install-hooks.ts';
import { installTemplate } from '../../src/installer/template.ts';
import { belfry, PROJECT } from '../support/belfry.ts';
import { environment } from '../support/environment.ts';
import { must } from '../support/run.ts';
import { directoryPicture } from './directory-picture.ts';

async function stage(t: Test) {
  const dir = t.testdir({ "first's": { 'belfry.db': '' }, second: {} });
  const env = environment(dir);
  process.env.HOME = env.HOME;
  process.env.XDG_CONFIG_HOME = env.HOME;
  const repository = join(dir, 'app.git');
  await must('git', ['init', '-q', '--bare', repository], { env });
  const [first, second] = [join(dir, "first's"), join(dir, 'second')] as const;
  return {
    dir,
    first,
    second,
    repository,
    hook: join(repository, 'hooks', 'post-receive'),
    install: (home: string, options: InstallOptions = {}) =>
      installHooks(repository, { app: PROJECT, home }, null, options),
    examine: (home: string) => examineHooks(repository, { app: PROJECT, home }),
  };
}

t.test(
  'hooks of another home that is there are left to it, and taken over when that is asked for',
  async t => {
    const { first, second, repository, install, examine } = await stage(t);
    await install(first);
    const before = await directoryPicture(repository);
    const message = `The hooks in ${repository}/hooks report to another home, ${first}`;
    await t.rejects(install(second), { code: 'conflict', message, hint: /--take-over/ });
    t.strictSame(await directoryPicture(repository), before, 'nothing has changed');
    t.strictSame(
      (await examine(second)).map(({ kind, got }) => [kind, got]),
      [['taken', `that of another home: ${first}`]],
    );

    t.match(await install(second, { takeOver: true }), {
      changed: true,
      note: `its hooks reported to the home ${first}, which no longer gets its pushes`,
    });
    t.strictSame(await examine(second), []);
    t.strictSame(await install(second), { changed: false, how: 'own' }, 'and is its own from then on');
  },
);

t.test('a home that is gone is no home, and neither is one that was moved', async t => {
  const { dir, first, second, install } = await stage(t);
  await install(first);
  await rename(first, join(dir, 'moved'));
  await symlink(join(dir, 'moved'), first);
  t.strictSame(
    await install(join(dir, 'moved')),
    { changed: true, how: 'own' },
    'it is the same under another name',
  );
  await install(first);
  await rm(first);
  t.match(await install(join(dir, 'moved')), { changed: true, note: /first's, which is gone/ });
  await rm(join(dir, 'moved'), { recursive: true });
  t.match(await install(second), { changed: true, note: /moved, which is gone/ });
});

t.test('a dispatcher’s file and a template belong to a home, too', async t => {
  const { dir, first, second, hook, install } = await stage(t);
  const dispatcher = '#!/bin/sh\nfor h in "$0".d/*; do "$h"; done\n';
  await writeFile(hook, dispatcher, { mode: 0o755 });
  t.match(await install(first), { how: 'dispatcher' });
  await t.rejects(install(second), { code: 'conflict', message: /report to another home/ });
  t.match(await readFile(join(`${hook}.d`, 'belfry'), 'utf8'), 'first');

  const template = join(dir, 'template');
  await mkdir(template);
  await must('git', ['config', '--global', 'init.templateDir', template], { env: environment(dir) });
  await installTemplate({ app: PROJECT, home: first });
  await t.rejects(installTemplate({ app: PROJECT, home: second }), { code: 'conflict' });
  t.match(await installTemplate({ app: PROJECT, home: second }, { takeOver: true }), { changed: true });
});

t.test('what is written where a home would stand does no harm', async t => {
  const { second, hook, install } = await stage(t);
  await install(second);
  const text = await readFile(hook, 'utf8');
  for (const home of [
    "'/dev/null'",
    "''",
    "'/proc/self/root'",
    "''\\''/..'",
    '$(touch pwned)',
    "'/nowhere\n'",
  ]) {
    await writeFile(
      hook,
      text.replace(/^belfry_home=.*$/m, () => `belfry_home=${home}`),
    );
    t.match(await install(second), { changed: true }, home);
    t.equal(await readFile(hook, 'utf8'), text);
  }
});

t.test('the command says which home it is, goes on with the others, and takes over', async t => {
  const dir = t.testdir({ one: {}, two: {}, srv: {} });
  const [one, two] = [belfry(t, join(dir, 'one')), belfry(t, join(dir, 'two'))] as const;
  const srv = join(dir, 'srv');
  await must('git', ['init', '-q', '--bare', join(srv, 'theirs.git')], { env: one.env });
  t.match(await one.run(['install', srv]), { status: 0 });
  await must('git', ['init', '-q', '--bare', join(srv, 'free.git')], { env: one.env });
  const ran = await two.run(['install', srv]);
  t.match(ran, { status: 1, stdout: /1 repository changed, 0 up to date/ });
  t.match(ran.stderr, `theirs.git/hooks report to another home, ${one.home}`);
  t.match(ran.stderr, 'belfry install --take-over DIR');
  const doctor = JSON.parse((await two.run(['doctor', '--json'])).stdout);
  const finding = doctor.findings.find((found: { got: string }) => found.got.includes('another home'));
  t.match(finding, {
    fix: `belfry --home ${two.home} install --take-over ${srv}/theirs.git`,
    fixable: false,
  });
  t.match(await two.run(['install', srv, '--take-over']), {
    status: 0,
    stdout: /note: .*theirs\.git: its hooks reported to the home .*, which no longer gets its pushes/,
  });
});
