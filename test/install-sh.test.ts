/** install.sh itself: what it puts where, and that it takes all of it away again. */

import { readFileSync } from 'node:fs';
import { access, appendFile, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { directoryPicture } from './hooks/directory-picture.ts';
import { type InstallStage, installStage } from './install-stage.ts';
import { PROJECT } from './support/belfry.ts';
import { gitRepository } from './support/git-repository.ts';
import { matches } from './support/matches.ts';
import { findProgram } from './support/needs.ts';
import { run } from './support/run.ts';
import { until } from './support/until.ts';

const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };

t.test('installs, changes nothing when run again, upgrades, and takes everything away', async t => {
  const stage = await installStage(t, { has: 'dependencies' });
  const { prefix, home, bin, srv, places, install } = stage;
  const repository = await stage.repository('acme/app.git');
  await writeFile(join(repository, 'hooks', 'post-receive'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  const before = await directoryPicture(repository, { times: false });

  const first = await install([...places, 'srv']);
  t.match(first, { status: 0, stderr: '' });
  t.match(first.stdout, `Repository root: ${srv}\nHooks: 1 repository changed, 0 up to date\n`);
  t.match(first.stdout, `Installed belfry ${version} in ${prefix}, with its home in ${home}, for the user `);
  t.match(first.stdout, /^Next: .*belfry webhook add /m);
  t.equal((await stat(home)).mode & 0o777, 0o700);
  const listed = await stage.belfry('repo', 'list', '--json');
  matches(
    t,
    JSON.parse(listed.stdout),
    [{ full_name: 'acme/app', company: 'acme' }],
    'whatever PATH and HOME say',
  );

  const placed = {
    ...(await directoryPicture(prefix)),
    ...(await directoryPicture(bin)),
    ...(await directoryPicture(srv)),
  };
  const second = await install([...places, srv], {
    shell: findProgram('busybox') ? ['busybox', 'ash'] : ['sh'],
  });
  t.match(second, { status: 0, stderr: '' });
  t.match(second.stdout, 'Hooks: 0 repositories changed, 1 up to date');
  t.match(second.stdout, 'The program was up to date');
  const again = {
    ...(await directoryPicture(prefix)),
    ...(await directoryPicture(bin)),
    ...(await directoryPicture(srv)),
  };
  t.strictSame(again, placed);

  const { work } = await clone(stage, repository);
  t.match(await run('git', ['push', '-q', 'origin', 'HEAD:main'], { cwd: work, env: stage.env }), {
    status: 0,
    stderr: '',
  });
  await until(
    'the push in the database',
    async () => (await readdir(join(home, 'spool', 'new'))).length === 0,
  );
  const pid = await until('the worker', () => readFile(join(home, 'worker.pid'), 'utf8').catch(() => null));

  await appendFile(join(stage.source, 'hooks', 'post-receive'), '# newer\n');
  const upgrade = await install(['--bin', bin, '--no-service']);
  t.match(upgrade, { status: 0, stderr: '' });
  t.match(upgrade.stdout, 'Hooks: 1 repository changed', 'the hooks of all known roots are renewed');
  t.notMatch(upgrade.stdout, 'The program was up to date');
  t.match(await readFile(join(repository, 'hooks', 'post-receive'), 'utf8'), /# newer\n$/);
  const state = await readFile(`/proc/${pid.trim()}/stat`, 'utf8').catch(() => '');
  t.notMatch(state, /^\d+ \(belfry-worker\) [^ZX]/, 'the old worker has left');

  const out = await install(['--bin', bin, '--uninstall']);
  t.match(out, { status: 0, stderr: '' });
  for (const path of [prefix, bin]) await t.rejects(access(path), path);
  t.match(out.stdout, `Home: ${home} stays`);
  await access(join(home, 'belfry.db'));
  const after = await directoryPicture(repository, { times: false });
  for (const name of Object.keys(before)) t.equal(after[name], before[name], name);
  t.strictSame(
    Object.keys(after).filter(name => !(name in before) && !/^(objects|refs)\//.test(name)),
    [],
  );
});

t.test('leaves nothing for the first worker to compile', async t => {
  const { places, install, prefix, srv, env } = await installStage(t, { has: 'dependencies' });
  t.match(await install([...places, srv]), { status: 0 });
  const compiled = async () => (await files(join(prefix, 'cache'))).sort();
  const filled = await compiled();
  t.ok(filled.length > 500, `${filled.length} entries, of commands and of the worker`);
  const again = [join(prefix, 'src/demo.ts')];
  t.match(await run(join(prefix, 'node_modules/.bin/node'), again, { env }), { status: 0 });
  t.strictSame(await compiled(), filled, 'a push from end to end has found all that it needs');
  t.match(await install([...places, '--uninstall', '--purge', '--yes']), { status: 0 });
});

t.test('removes the home when that is asked for too', async t => {
  const { places, install, home, prefix, repository, srv } = await installStage(t);
  await repository('app.git');
  t.match(await install([...places, '--template', srv]), {
    status: 0,
    stdout: /Repositories created later get the hooks/,
  });
  t.match(await install([...places, '--uninstall', '--purge', '--yes']), { status: 0, stderr: '' });
  for (const path of [home, prefix]) await t.rejects(access(path), path);
  const born = await repository('born.git');
  await t.rejects(access(join(born, 'hooks', 'post-receive')), 'no template any more');
});

t.test('shows the main job, and leaves nothing behind', async t => {
  const stage = await installStage(t);
  await symlink(join(stage.prefix, 'node_modules'), join(stage.source, 'node_modules'));
  // Of its own: other tests install at the same time.
  const TMPDIR = join(stage.dir, 'tmp');
  await mkdir(TMPDIR);
  const ran = await stage.install(['--demo'], { env: { TMPDIR } });
  t.match(ran, { status: 0, stderr: '' });
  t.match(ran.stdout, /^x-gitee-event: Push Hook$[\s\S]*^x-gitee-event: Tag Push Hook$/m);
  t.equal(ran.stdout.match(/X-Gitee-Token is right/g)?.length, 2);
  t.match(ran.stdout, /^Both were signed with the secret, and both are delivered$/m);
  t.strictSame(await readdir(TMPDIR), []);
});

t.test('explains itself', async t => {
  const { install } = await installStage(t);
  const { status, stdout } = await install(['--help']);
  t.equal(status, 0);
  for (const flag of [
    '--prefix',
    '--home',
    '--bin',
    '--user',
    '--no-service',
    '--demo',
    '--uninstall',
    '--purge',
    '--template',
    '--mirror',
    '--take-over',
    '--help',
  ])
    t.match(stdout, `  ${flag}`);
});

async function clone(stage: InstallStage, path: string) {
  const made = await gitRepository(join(stage.dir, 'user'));
  await made.commit();
  await made.git('remote', 'set-url', 'origin', path);
  return made;
}

async function files(directory: string): Promise<string[]> {
  return [directory, ...(await readdir(directory, { recursive: true })).map(name => join(directory, name))];
}
