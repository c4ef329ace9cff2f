/** What docs/operations.md says of names and of repositories that move, with directories that are really moved and linked. */

import { chown, cp, lchown, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { surveyRoots } from '../../src/announce/survey-roots.ts';
import { takeIn } from '../../src/announce/take-in.ts';
import { ownUid } from '../../src/files/may.ts';
import { findRepositories } from '../../src/installer/find-repositories.ts';
import { uninstallHooks } from '../../src/installer/uninstall-hooks.ts';
import { placeFound } from '../../src/repositories/locate-repository.ts';
import { registerPlace } from '../../src/repositories/register-repository.ts';
import { openSpool } from '../../src/spool/spool.ts';
import { register } from '../store/samples.ts';
import { clockwork } from '../support/clockwork.ts';
import { matches } from '../support/matches.ts';
import { needs } from '../support/needs.ts';
import { must, run } from '../support/run.ts';

async function stage(t: Test) {
  const works = await clockwork(t);
  const { repository, store, home, settings, now } = works;
  const root = join(works.dir, 'root');
  const log: string[] = [];
  const say = (level: string, message: string) => void log.push(`${level} ${message}`);
  const webhookIds: number[] = [];
  await repository.commit();
  const row = await register(store, repository.path, now());
  const own = await works.webhook('/own', { scope: `repository:${row.id}` });
  const company = await works.webhook('/company', { scope: 'company:acme' });
  const all = await works.webhook('/all');
  return {
    ...works,
    row,
    root,
    acme: join(root, 'acme'),
    hooks: { own, company, all },
    said: log,
    survey: () => surveyRoots({ store, now, log: say }),
    /** A push to a directory, and who is told of it. */
    async pushTo(url: string, branch: string): Promise<number[]> {
      const pushed = await repository.push([`main:refs/heads/${branch}`], { url });
      if (pushed.status !== 0) throw new Error(pushed.stderr);
      webhookIds.length = 0;
      const onRecorded = (ids: number[]) => void webhookIds.push(...ids);
      const spool = openSpool(join(home, 'spool'));
      await takeIn({ spool, store, settings, now, log: say, stopping: () => false, onRecorded });
      t.same(await readdir(join(home, 'spool', 'bad')), []);
      return webhookIds;
    },
    /** As installing does. */
    async install() {
      for await (const found of findRepositories(root, { owner: ownUid(), isRoot: true }))
        await registerPlace(await placeFound(found, store), { store, now });
    },
    async names() {
      return (await store.repositories.list()).map(({ id, full_name, company }) => [id, full_name, company]);
    },
  };
}

t.test('mv, then push: webhooks, ledger and requests go along, and one line says so', async t => {
  const { repository, acme, row, hooks, pushTo, said, names, store } = await stage(t);
  t.same(await pushTo(repository.path, 'a'), [hooks.own, hooks.company, hooks.all]);
  await rename(repository.path, join(acme, 'new.git'));
  t.same(await pushTo(join(acme, 'new.git'), 'b'), [hooks.own, hooks.company, hooks.all]);
  t.same(await names(), [[row.id, 'acme/new', 'acme']]);
  t.same(
    said.filter(line => line.includes('renamed')),
    ['info acme/app was renamed: it is now acme/new'],
  );
  t.same(
    (await store.ledger.page(row.id, '', 9)).map(({ ref }) => ref),
    ['refs/heads/a', 'refs/heads/b'],
  );
  t.same(
    said.filter(line => line.includes('recovered')),
    [],
  );
});

t.test('a rename is also seen by a look at all roots; with its company too', async t => {
  const { root, repository, row, pushTo, survey, names } = await stage(t);
  await pushTo(repository.path, 'a');
  await rename(join(root, 'acme'), join(root, 'zebra'));
  await survey();
  t.same(await names(), [[row.id, 'zebra/app', 'zebra']]);
});

t.test('a company, and then the whole root, moved behind a link: the names stay', async t => {
  const { dir, root, repository, row, hooks, pushTo, names, said } = await stage(t);
  await pushTo(repository.path, 'a');
  await mkdir(join(dir, 'disk2'));
  await rename(join(root, 'acme'), join(dir, 'disk2', 'x'));
  await symlink(join(dir, 'disk2', 'x'), join(root, 'acme'));
  t.same(await pushTo(join(root, 'acme', 'app.git'), 'b'), [hooks.own, hooks.company, hooks.all]);
  t.same(await names(), [[row.id, 'acme/app', 'acme']]);
  await rename(root, join(dir, 'disk2', 'y'));
  await symlink(join(dir, 'disk2', 'y'), root);
  t.same(await pushTo(join(root, 'acme', 'app.git'), 'c'), [hooks.own, hooks.company, hooks.all]);
  t.same(await names(), [[row.id, 'acme/app', 'acme']]);
  t.same(
    said.filter(line => /renamed|recovered|another directory/.test(line)),
    [],
  );
});

t.test('moved to another disk behind a link, as a copy: its refs are compared', async t => {
  const { dir, repository, row, hooks, pushTo, names, said, store, install } = await stage(t);
  await pushTo(repository.path, 'a');
  await install();
  await mkdir(join(dir, 'disk2'));
  const copy = join(dir, 'disk2', '4711.git');
  await must('cp', ['-a', repository.path, copy], { env: repository.env });
  await must(
    'git',
    ['-C', copy, 'update-ref', 'refs/heads/unseen', 'main^{}'.replace('main', 'refs/heads/a')],
    {
      env: repository.env,
    },
  );
  await rm(repository.path, { recursive: true });
  await symlink(copy, repository.path);
  t.same(await pushTo(repository.path, 'b'), [hooks.own, hooks.company, hooks.all]);
  t.same(await names(), [[row.id, 'acme/app', 'acme']]);
  t.match(said.join('\n'), /acme\/app has a new directory: its refs are checked/);
  t.same(
    (await store.ledger.page(row.id, '', 9)).map(({ ref }) => ref),
    ['refs/heads/a', 'refs/heads/b', 'refs/heads/unseen'],
  );
});

t.test('restored from a backup at its name: still that repository, and what is missing is told', async t => {
  const { dir, repository, row, pushTo, names, rest, deliveries } = await stage(t);
  await pushTo(repository.path, 'a');
  await must('cp', ['-a', repository.path, join(dir, 'backup.git')], { env: repository.env });
  await pushTo(repository.path, 'lost');
  await rm(repository.path, { recursive: true });
  await must('cp', ['-a', join(dir, 'backup.git'), repository.path], { env: repository.env });
  await pushTo(repository.path, 'b');
  t.same(await names(), [[row.id, 'acme/app', 'acme']]);
  await rest();
  const refs = (await deliveries()).map(({ ref }) => ref);
  t.equal(refs.filter(ref => ref === 'refs/heads/lost').length, 6, 'made, and gone by the restore');
});

t.test('a repository that is a link from the start is called as the link is', async t => {
  const { dir, repository, acme, hooks, pushTo, names, install } = await stage(t);
  await pushTo(repository.path, 'a');
  await mkdir(join(dir, 'disk2'));
  const real = join(dir, 'disk2', '4711.git');
  await must('cp', ['-a', repository.path, real], { env: repository.env });
  await symlink(real, join(acme, 'lib.git'));
  await install();
  matches(t, await names(), [
    [1, 'acme/app', 'acme'],
    [2, 'acme/lib', 'acme'],
  ]);
  t.same(await pushTo(join(acme, 'lib.git'), 'b'), [hooks.company, hooks.all]);
  t.same(await pushTo(real, 'c'), [hooks.company, hooks.all], 'and by its other path');
  t.equal((await names()).length, 2);
});

t.test('a bind mount on the way does not change the name', async t => {
  if (process.getuid!() !== 0) return void t.pass('skipped', { skip: 'only root can mount' });
  if (!needs(t, 'mount', 'umount')) return;
  const { dir, root, repository, hooks, pushTo, names, row } = await stage(t);
  const system = { env: { PATH: process.env.PATH ?? '' } };
  await pushTo(repository.path, 'a');
  await rename(join(root, 'acme'), join(dir, 'disk2'));
  await mkdir(join(root, 'acme'));
  const mounted = await run('mount', ['--bind', join(dir, 'disk2'), join(root, 'acme')], system);
  if (mounted.status !== 0 && process.env.CI === undefined)
    return void t.pass('skipped', { skip: `no mounts here: ${mounted.stderr}` });
  t.teardown(() => run('umount', ['-l', join(root, 'acme')], system));
  try {
    t.same(await pushTo(repository.path, 'b'), [hooks.own, hooks.company, hooks.all]);
    t.same(await pushTo(join(dir, 'disk2', 'app.git'), 'c'), [hooks.own, hooks.company, hooks.all]);
    t.same(await names(), [[row.id, 'acme/app', 'acme']]);
  } finally {
    await must('umount', [join(root, 'acme')], system);
  }
});

t.test('two names at once: a real path beats a link; the others are aliases', async t => {
  const { root, acme, repository, row, pushTo, install, survey, store, names } = await stage(t);
  await pushTo(repository.path, 'a');
  await symlink(repository.path, join(root, 'again.git'));
  await symlink('app.git', join(acme, 'third.git'));
  await install();
  await survey();
  t.same(await names(), [[row.id, 'acme/app', 'acme']]);
  const aliases = (await store.roots.findings()).filter(({ kind }) => kind === 'alias');
  matches(t, aliases, [
    { path: join(acme, 'third.git'), repository_id: row.id },
    { path: join(root, 'again.git'), repository_id: row.id },
  ]);
});

t.test('a copy of an installed repository outside all roots says nothing, and a line says so', async t => {
  const { dir, repository, pushTo, said, names, hooks } = await stage(t);
  await pushTo(repository.path, 'a');
  const copy = join(dir, 'elsewhere', 'acme', 'app.git');
  await cp(repository.path, copy, { recursive: true });
  t.same(await pushTo(copy, 'b'), []);
  t.match(
    said.join('\n'),
    /^info app is below no repository root, so webhooks of companies and of the server do not get its pushes/m,
  );
  matches(t, await names(), [
    [1, 'acme/app', 'acme'],
    [2, 'app', null],
  ]);
  t.same(await pushTo(repository.path, 'c'), [hooks.own, hooks.company, hooks.all]);
});

t.test('a new repository where a renamed one was is a new one; one moved aside is not renamed', async t => {
  const { repository, acme, row, pushTo, names, hooks } = await stage(t);
  await pushTo(repository.path, 'a');
  await rename(repository.path, join(acme, 'new.git'));
  await pushTo(join(acme, 'new.git'), 'b');
  await cp(join(acme, 'new.git'), repository.path, { recursive: true });
  t.same(await pushTo(repository.path, 'c'), [hooks.company, hooks.all], 'the name is free again');
  matches(t, await names(), [
    [2, 'acme/app', 'acme'],
    [row.id, 'acme/new', 'acme'],
  ]);
  // A broken one is kept aside, and a good one takes its place: that is the repository now.
  await rename(join(acme, 'new.git'), join(acme, 'broken.git'));
  await cp(repository.path, join(acme, 'new.git'), { recursive: true });
  t.ok((await pushTo(join(acme, 'new.git'), 'd')).includes(hooks.own));
  t.notOk((await pushTo(join(acme, 'broken.git'), 'e')).includes(hooks.own));
});

t.test('a link of somebody who owns neither the home nor the target does not count', async t => {
  if (process.getuid!() !== 0) return void t.pass('skipped', { skip: 'only root can give links away' });
  const { root, dir, repository, store, pushTo, install, survey, names } = await stage(t);
  await pushTo(repository.path, 'a');
  const outside = join(dir, 'disk2', 'other.git');
  await cp(repository.path, outside, { recursive: true });
  for (const [name, uid] of [
    ['of-root', 0],
    ['of-stranger', 12_345],
    ['of-owner', 23_456],
  ] as const) {
    await symlink(outside, join(root, name));
    await lchown(join(root, name), uid, uid);
  }
  await chown(outside, 23_456, 23_456);
  await install();
  await survey();
  matches(t, await names(), [
    [1, 'acme/app', 'acme'],
    [2, /^of-(root|owner)$/, null],
  ]);
  const findings = await store.roots.findings();
  matches(
    t,
    findings.filter(({ kind }) => kind === 'link'),
    [{ path: join(root, 'of-stranger'), detail: "user 12345 made it, and what it leads to is user 23456's" }],
  );
  // A link of root's on the way does not make a stranger's behind it count.
  await mkdir(join(dir, 'disk3'));
  await symlink(outside, join(dir, 'disk3', 'x.git'));
  await lchown(join(dir, 'disk3', 'x.git'), 12_345, 12_345);
  await symlink(join(dir, 'disk3', 'x.git'), join(root, 'twice'));
  await survey();
  t.ok((await store.roots.findings()).some(one => one.kind === 'link' && one.path === join(root, 'twice')));
});

t.test('who makes the directory above look like a repository takes no known name away', async t => {
  const { acme, repository, hooks, pushTo, survey, names, row } = await stage(t);
  await pushTo(repository.path, 'a');
  await must('git', ['init', '-q', '--bare', acme], { env: repository.env });
  t.same(await pushTo(repository.path, 'b'), [hooks.own, hooks.company, hooks.all]);
  await survey();
  t.same(await names(), [[row.id, 'acme/app', 'acme']]);
});

t.test('what is gone, and what has no hook, is kept for status', async t => {
  const { acme, repository, store, pushTo, survey, said } = await stage(t);
  await pushTo(repository.path, 'a');
  await must('git', ['init', '-q', '--bare', join(acme, 'silent.git')], { env: repository.env });
  await survey();
  matches(t, await store.roots.findings(), [{ path: join(acme, 'silent.git'), kind: 'no-hook' }]);
  await uninstallHooks(repository.path);
  await survey();
  matches(t, await store.roots.findings(), [{ path: repository.path }, { path: join(acme, 'silent.git') }]);
  await rm(repository.path, { recursive: true });
  await survey();
  t.type((await store.repositories.byName('acme/app'))?.gone_at, 'number');
  t.match(said.at(-1), /warn acme\/app is gone: nothing is at /);
});
