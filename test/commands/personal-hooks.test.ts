/**
 * `core.hooksPath` in a person's own settings: git runs the hooks there in place of those of every repository that he
 * pushes to, and says nothing.
 */
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { personalHooks } from '../../src/announce/personal-hooks.ts';
import { surveyRoots } from '../../src/announce/survey-roots.ts';
import { ownUid } from '../../src/files/may.ts';
import { examineHooks } from '../../src/installer/examine-hooks.ts';
import { installHooks } from '../../src/installer/install-hooks.ts';
import { hasHooks, uninstallHooks } from '../../src/installer/uninstall-hooks.ts';
import { PROJECT } from '../support/belfry.ts';
import { gitRepository } from '../support/git-repository.ts';
import { must } from '../support/run.ts';
import { accountsCanBeMade } from '../support/shared-home.ts';
import { unixUsers } from '../support/unix-users.ts';
import { line } from './stage.ts';

const PATH = { PATH: process.env.PATH ?? '' };

/** A repository that a group shares, and people with settings of their own. The commands are the owner's. */
async function stage(t: Test, settings: string | null) {
  const cli = await line(t);
  const dir = join(cli.home, '..');
  const [owner, alice] = [join(dir, 'owner'), join(dir, 'alice')];
  for (const person of [owner, alice]) await mkdir(join(person, 'githooks'), { recursive: true });
  const before = process.env.HOME;
  t.teardown(() => {
    process.env.HOME = before;
  });
  process.env.HOME = owner;
  delete process.env.XDG_CONFIG_HOME;
  if (settings !== null) await writeFile(join(owner, '.gitconfig'), settings);
  const repository = await gitRepository(dir);
  const { path } = repository;
  await must('git', ['-C', path, 'config', 'core.sharedRepository', 'group'], { env: repository.env });
  await must('chmod', ['-R', 'g+w', path], { env: PATH });
  await cli.store.roots.add(join(dir, 'root'));
  const installation = { app: PROJECT, home: cli.home };
  let pushes = 0;
  return {
    ...cli,
    dir,
    path,
    repository,
    owner,
    alice,
    // Root's own worker refuses what others may write, and so does `belfry install`.
    install: () => installHooks(path, installation),
    problems: () => examineHooks(path, installation),
    /** Pushes as one who has this home; gives how many pushes the spool has then. */
    async pushAs(home: string): Promise<number> {
      await repository.commit();
      const pushed = await repository.push([`HEAD:refs/heads/n${pushes++}`], { env: { HOME: home } });
      t.equal(pushed.status, 0, pushed.stderr);
      return (await readdir(join(cli.home, 'spool', 'new'))).length;
    },
    /** What is found of Alice, who is a member of every group. */
    found: () =>
      personalHooks([path], null, async () => [{ name: 'alice', uid: ownUid() + 1, gid: 0, home: alice }]),
  };
}

const TO_GITHOOKS = '[core]\n\thooksPath = ~/githooks\n';

t.test('the owner’s own took belfry’s hook away from pushes of everybody else', async t => {
  const one = await stage(t, TO_GITHOOKS);
  t.match(await one.install(), { changed: true, how: 'own' });
  t.match(await one.install(), { changed: false });
  t.equal(await one.pushAs(one.owner), 1);
  t.equal(await one.pushAs(one.alice), 2, 'she has no such setting');
  t.strictSame(await one.problems(), []);
  t.equal(await hasHooks(one.path), true);
  const names = ['post-receive'];
  for (const name of names) await rm(join(one.path, 'hooks', name));
  t.strictSame(
    (await one.problems()).map(({ kind, path }) => [kind, path]),
    names.map(name => ['missing', join(one.path, 'hooks', name)]),
  );
  t.equal(await hasHooks(one.path), false, 'the survey looks where her pushes look');
  await one.install();
  await uninstallHooks(one.path);
  for (const hooks of [join(one.path, 'hooks'), join(one.owner, 'githooks')])
    t.notOk((await readdir(hooks)).includes('post-receive'), hooks);
});

t.test('a hook of the owner’s own that runs the repository’s writes no push down twice', async t => {
  const one = await stage(t, TO_GITHOOKS);
  const local = '#!/bin/sh\nhook=$PWD/hooks/post-receive\n[ ! -x "$hook" ] || exec "$hook" "$@"\n';
  await writeFile(join(one.owner, 'githooks', 'post-receive'), local, { mode: 0o755 });
  t.match((await one.install()).note, 'core.hooksPath is set for this account only');
  t.equal(await one.pushAs(one.owner), 1);
});

t.test('a pusher’s own took the hook away, and nobody said so', async t => {
  const one = await stage(t, null);
  await one.install();
  const config = join(one.alice, '.gitconfig');
  await writeFile(config, TO_GITHOOKS);
  t.equal(await one.pushAs(one.alice), 0, 'this is what git does');
  const taken = {
    account: 'alice',
    file: config,
    hooksPath: `${one.alice}/githooks`,
    first: one.path,
    count: 1,
  };
  t.strictSame(await one.found(), [taken]);

  await must('git', [`--git-dir=${one.path}`, 'config', 'core.hooksPath', `${one.path}/hooks`], {
    env: one.repository.env,
  });
  t.equal(await one.pushAs(one.alice), 1, 'what doctor says to type brings it back');
  t.strictSame(await one.found(), []);
  t.strictSame(await one.problems(), [], 'and the hooks are where they should be');
  t.match(await one.install(), { changed: false });
});

t.test('a person’s settings are found wherever git reads them, and hold nothing up', async t => {
  const one = await stage(t, null);
  await one.install();
  const config = join(one.alice, '.gitconfig');
  const hooksOf = async () => (await one.found()).map(({ file, hooksPath }) => [file, hooksPath]);
  t.strictSame(await hooksOf(), []);
  await writeFile(config, '[core]\n\thooksPath = .githooks\n');
  t.strictSame(await hooksOf(), [[config, '.githooks']], 'in each repository another one');
  const more = join(one.alice, 'more');
  await writeFile(more, '[core]\n\thooksPath = /nowhere\n');
  await writeFile(config, '[include]\n\tpath = more\n');
  t.strictSame(await hooksOf(), [[more, '/nowhere']]);
  await writeFile(more, `[core]\n\thooksPath = ${one.path}/hooks\n`);
  t.strictSame(await hooksOf(), [], 'belfry’s hook is there');
  await rm(config);
  const xdg = join(one.alice, '.config', 'git', 'config');
  await mkdir(dirname(xdg), { recursive: true });
  await writeFile(xdg, TO_GITHOOKS);
  t.strictSame(await hooksOf(), [[xdg, `${one.alice}/githooks`]]);
  await rm(xdg);
  await must('mkfifo', [config], { env: PATH });
  t.strictSame(await hooksOf(), [], 'a pipe is no settings file');
  await rm(config);
  await writeFile(config, 'hooksPath: this is no configuration\n');
  t.strictSame(await hooksOf(), []);
  await chmod(join(one.path, 'refs'), 0o755);
  await writeFile(config, TO_GITHOOKS);
  t.strictSame(await hooksOf(), [], 'she may not push there');
});

t.test('status and doctor name the account whose pushes run no hook', async t => {
  if (!accountsCanBeMade(t)) return;
  const { add, gid } = await unixUsers(t);
  const alice = await add('a');
  const one = await stage(t, null);
  await must('usermod', ['-d', one.alice, alice.name], { env: PATH });
  await must('chgrp', ['-R', String(gid), one.path], { env: PATH });
  await one.install();
  await writeFile(join(one.alice, '.gitconfig'), TO_GITHOOKS);
  await surveyRoots({ store: one.store, now: Date.now });
  const status = await one.run(['status', '--json']);
  t.equal(status.status, 1, 'all is not well');
  const [trouble] = status.json().repositories;
  t.strictSame([trouble.kind, trouble.subject], ['own-hooks', alice.name]);
  t.equal(
    trouble.text,
    `pushes of ${alice.name} to ${one.path} do not run belfry's hook: core.hooksPath is ${one.alice}/githooks in ${one.alice}/.gitconfig`,
  );
  const subjects = (await one.run(['doctor', '--json']))
    .json()
    .findings.map((finding: { subject: string }) => finding.subject);
  t.ok(subjects.includes(alice.name), 'doctor looks itself');
  // The last of both ways out.
  const last = trouble.fix
    .split('\n')
    .at(-1)
    .replace(/^# or [^:]*: /, '');
  await must('sh', ['-c', last], { env: one.repository.env });
  await surveyRoots({ store: one.store, now: Date.now });
  t.strictSame((await one.run(['status', '--json'])).json().repositories, []);
});
