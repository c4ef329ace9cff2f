/** `belfry install` and `belfry uninstall`, as a person runs them. */
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { belfry } from '../support/belfry.ts';
import { matches } from '../support/matches.ts';
import { needs } from '../support/needs.ts';
import { must, run } from '../support/run.ts';

async function stage(t: Test, ...repositories: string[]) {
  const dir = t.testdir({ srv: {} });
  const bell = belfry(t, dir, 'home', { made: false });
  const srv = join(dir, 'srv');
  for (const name of repositories)
    await must('git', ['init', '-q', '--bare', join(srv, name)], { env: bell.env });
  const hook = (name: string) => readFile(join(srv, name, 'hooks', 'post-receive'), 'utf8').catch(() => null);
  return { dir, srv, bell, hook };
}

t.test('installs below a directory, and takes it out again', async t => {
  const { dir, srv, bell, hook } = await stage(t, 'acme/app.git', 'solo.git');
  const first = await bell.run(['install', srv]);
  t.match(first, {
    status: 0,
    stderr: '',
    stdout: `Repository root: ${srv}\nHooks: 2 repositories changed, 0 up to date\n`,
  });
  t.match(await hook('acme/app.git'), `belfry_home='${bell.home}'`);
  const again = await bell.json<{ repositories: unknown[] }>(['install', srv]);
  matches(t, again, {
    roots: [srv],
    failed: [],
    template: null,
    repositories: [
      { directory: join(srv, 'acme/app.git'), full_name: 'acme/app', changed: false, how: 'own', note: null },
      { directory: join(srv, 'solo.git'), full_name: 'solo', changed: false },
    ],
  });
  await must('git', ['init', '-q', '--bare', join(srv, 'late.git')], { env: bell.env });
  t.match(await bell.run(['install']), { status: 0, stdout: /1 repository changed, 2 up to date/ });
  t.ok(await hook('late.git'));

  t.match(await bell.run(['uninstall', join(srv, 'acme')]), {
    status: 0,
    stdout: 'Removed hooks from 1 repository\n',
  });
  t.equal(await hook('acme/app.git'), null);
  t.ok(await hook('solo.git'));
  await rm(join(srv, 'late.git'), { recursive: true });
  matches(t, await bell.json(['uninstall', '--all']), { roots: [srv], failed: [], unreadable: [] });
  t.equal(await hook('solo.git'), null);
  t.strictSame((await bell.json<{ repositories: unknown[] }>(['install'])).repositories, [], 'out stays out');
  await bell.run(['install', join(srv, 'solo.git')]);
  matches(t, await bell.json(['install']), {
    roots: [],
    repositories: [{ full_name: 'solo', changed: false }],
  });
  await rm(srv, { recursive: true });
  t.match(await bell.run(['uninstall', '--all'], {}), { status: 0 }, 'what is gone is no trouble');
  t.ok(dir);
});

t.test('merge requests are chosen for a root or a repository, and later ones follow', async t => {
  const { srv, bell } = await stage(t, 'a.git', 'b.git');
  const taken = async () => {
    const names = ['a.git', 'b.git', 'late.git'];
    const texts = names.map(name => readFile(join(srv, name, 'config'), 'utf8').catch(() => ''));
    return (await Promise.all(texts)).map(text => text.includes('procReceiveRefs = refs/for'));
  };
  await bell.json(['install', srv]);
  t.strictSame(await taken(), [false, false, false], 'nobody has chosen them');
  const chosen = await bell.run(['install', '--merge-requests', srv]);
  t.match(chosen, { status: 0, stdout: `\nMerge requests: on in ${srv}\n` });
  t.strictSame(await taken(), [true, true, false]);
  await must('git', ['init', '-q', '--bare', join(srv, 'late.git')], { env: bell.env });
  t.equal((await bell.json<{ merge_requests: null }>(['install'])).merge_requests, null);
  t.strictSame(await taken(), [true, true, true]);
  await bell.json(['install', '--no-merge-requests', join(srv, 'b.git')]);
  await bell.json(['install']);
  t.strictSame(await taken(), [true, false, true]);
  const shown = async (name: string) =>
    (await bell.json<{ merge_requests: string }>(['repo', 'show', name])).merge_requests;
  t.strictSame(await Promise.all(['a', 'b', 'late'].map(shown)), ['on', 'off', 'on']);

  const off = await bell.run(['config', 'set', 'mr.enabled', 'off']);
  t.match(off.stdout, 'note: run `belfry install` to apply this to the repositories');
  t.match((await bell.run(['install', '--merge-requests', join(srv, 'a.git')])).stdout, 'off everywhere');
  await bell.json(['install']);
  t.strictSame(await taken(), [false, false, false]);
  await bell.json(['config', 'set', 'mr.enabled', 'on']);
  await bell.json(['install']);
  t.strictSame(await taken(), [true, false, true], 'the word about one repository counts more');
  t.match(await bell.run(['config', 'set', 'mr.enabled', 'yes']), { status: 2 });

  await bell.json(['config', 'set', 'mr.enabled', 'chosen']);
  await bell.json(['uninstall', srv]);
  await bell.json(['install', srv]);
  t.strictSame(await taken(), [false, false, false], 'no choice comes back with the hooks');
});

t.test('takes an empty directory as a root, and one repository without a root', async t => {
  const { srv, bell } = await stage(t, 'a/one.git');
  await mkdir(join(srv, 'empty'));
  matches(t, await bell.json(['install', join(srv, 'empty')]), {
    roots: [join(srv, 'empty')],
    repositories: [],
    notes: [`${join(srv, 'empty')}: no bare repository yet; run \`belfry install\` again when there is one`],
  });
  matches(t, await bell.json(['install', join(srv, 'a/one.git')]), {
    roots: [],
    repositories: [{ full_name: 'one' }],
  });
});

t.test('says what was wrong with a directory before it changes anything', async t => {
  const { dir, srv, bell } = await stage(t, 'one.git');
  await must('git', ['init', '-q', join(srv, 'copy')], { env: bell.env });
  await writeFile(join(srv, 'file'), '');
  for (const [given, got] of [
    [join(srv, 'missing'), 'does not exist'],
    [join(srv, 'file'), 'is a file'],
    [join(srv, 'copy'), 'is a working copy'],
    [join(srv, 'copy', '.git'), 'is a working copy'],
  ] as const) {
    const ran = await bell.run(['install', join(srv, 'one.git'), given]);
    t.match(ran, { status: 2, stdout: '' }, given);
    t.match(
      ran.stderr,
      `belfry: ${given} ${got}: give a bare repository or a directory of bare repositories\n`,
    );
  }
  await t.rejects(stat(join(srv, 'one.git', 'hooks', 'post-receive')));
  await t.rejects(stat(bell.home), 'not even a home');
  t.match(await bell.run(['uninstall']), { status: 2, stderr: /Missing DIR: give directories, or --all/ });
  t.ok(dir);
});

t.test('goes on after a repository that cannot be done', async t => {
  const { srv, bell, hook } = await stage(t, 'bad.git', 'good.git');
  await rm(join(srv, 'bad.git', 'hooks'), { recursive: true });
  await writeFile(join(srv, 'bad.git', 'hooks'), 'a file');
  const ran = await bell.run(['install', srv]);
  t.equal(ran.status, 1);
  t.match(ran.stdout, 'Hooks: 1 repository changed, 0 up to date');
  t.match(ran.stderr, `failed: ${join(srv, 'bad.git', 'hooks')}: wanted a directory, got a file`);
  t.ok(await hook('good.git'));
  const json = await bell.run(['install', srv, '--json']);
  matches(t, json.json(), { failed: [{ directory: join(srv, 'bad.git'), code: 'conflict' }] });
});

t.test('tells of hooks that are kept, and of what an admin should know, once', async t => {
  const names = Array.from({ length: 25 }, (_, n) => `r${n}.git`);
  const { dir, srv, bell } = await stage(t, ...names);
  await mkdir(join(dir, 'shared'));
  await writeFile(join(srv, 'r0.git', 'hooks', 'post-receive'), '#!/bin/sh\n', { mode: 0o755 });
  for (const name of ['r1.git', 'r2.git', 'r3.git']) {
    await must('git', ['-C', join(srv, name), 'config', 'core.hooksPath', join(dir, 'shared')], {
      env: bell.env,
    });
  }
  const ran = await bell.run(['install', srv]);
  t.match(ran, { status: 0, stderr: '' }, 'no bar without a terminal');
  t.match(ran.stdout, '\n1 repository has another hook too, which still runs\n');
  t.equal(ran.stdout.match(/note:/g)?.length, 1);
  t.match(
    ran.stdout,
    /note: .*r1\.git and 2 more: the hook is in .*shared, and serves every repository that uses it\n/,
  );
});

t.test('shows how far it is, on a terminal', async t => {
  if (!needs(t, 'script')) return;
  const { dir, srv, bell } = await stage(t, ...Array.from({ length: 25 }, (_, n) => `r${n}.git`));
  const cli = `${process.execPath} ${join(import.meta.dirname, '../../src/cli.ts')} --home '${bell.home}' install '${srv}'`;
  const ran = await run('script', ['-qec', cli, '/dev/null'], {
    cwd: dir,
    env: { ...bell.env, TERM: 'xterm' },
  });
  t.match(ran.stdout, /\d+\/25 repositories/);
  t.match(ran.stdout, '25 repositories changed');
});

t.test('gives repositories that are made later their hooks, and keeps these up to date', async t => {
  const { srv, bell, hook } = await stage(t);
  const first = await bell.run(['install', srv, '--template']);
  t.match(first, { status: 0, stdout: /Repositories created later get the hooks/ });
  t.notMatch(first.stdout, /no bare repository/);
  await must('git', ['init', '-q', '--bare', join(srv, 'born.git')], { env: bell.env });
  t.match(await hook('born.git'), `belfry_home='${bell.home}'`);
  const template = join(bell.home, 'template', 'hooks', 'post-receive');
  await writeFile(template, (await readFile(template, 'utf8')).replace('\nexit $belfry_status', '\nexit 9'));
  t.match(await bell.json(['install', srv]), { template: { changed: true } });
  t.match(await bell.json(['uninstall', '--all', '--template']), { template: { changed: true } });
  await must('git', ['init', '-q', '--bare', join(srv, 'later.git')], { env: bell.env });
  t.equal(await hook('later.git'), null);
});

t.test('opens the spool to the group that shares the repositories', async t => {
  const { srv, bell } = await stage(t, 'private.git');
  await bell.run(['install', srv]);
  const mode = async (...path: string[]) => (await stat(join(bell.home, ...path))).mode & 0o7777;
  t.equal(await mode(), 0o700);
  await must('git', ['init', '-q', '--bare', '--shared=group', join(srv, 'shared.git')], { env: bell.env });
  if (process.geteuid!() === 0) {
    t.match(await bell.run(['install', srv]), {
      status: 1,
      stderr: /Root's worker does not run git in .*shared\.git/,
    });
    t.equal(await mode(), 0o700, 'and opens nothing for it');
    await bell.stopWorker();
    await must('chown', ['-R', '65534:65534', srv, bell.home], { env: bell.env });
  }
  t.match(await bell.run(['install', srv]), { status: 0, stdout: /members of group \d+ share repositories/ });
  t.equal(await mode(), 0o710);
  t.equal(await mode('spool'), 0o710);
  t.equal(await mode('spool', 'tmp'), 0o3733);
  t.equal(await mode('spool', 'new'), 0o3733);
  t.equal((await mode('log')) & 0o077, 0);
  t.notMatch((await bell.run(['install', srv])).stdout, 'members of group');
  await chmod(bell.home, 0o700);
});
