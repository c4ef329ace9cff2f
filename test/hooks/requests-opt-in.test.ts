/** Merge requests in a repository: on, off again, off with requests that there are, and where hooks are shared. */
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { examineHooks } from '../../src/installer/examine-hooks.ts';
import { installHooks, type WantedRequests } from '../../src/installer/install-hooks.ts';
import { installTemplate } from '../../src/installer/template.ts';
import { uninstallHooks } from '../../src/installer/uninstall-hooks.ts';
import { PROJECT } from '../support/belfry.ts';
import { environment } from '../support/environment.ts';
import { must } from '../support/run.ts';
import { directoryPicture } from './directory-picture.ts';

const ON: WantedRequests = { choice: 'on', any: false };
const OFF: WantedRequests = { choice: 'off', any: false };
const UNGUARDED: WantedRequests = { choice: 'unguarded', any: false };

async function stage(dir: string) {
  const env = environment(dir);
  process.env.HOME = env.HOME;
  const repository = join(dir, 'app.git');
  const git = (...args: string[]) => must('git', args, { cwd: dir, env });
  await git('init', '-q', '--bare', repository);
  const installation = { app: PROJECT, home: join(dir, 'home') };
  return {
    dir,
    git,
    repository,
    installation,
    picture: () => directoryPicture(repository, { times: false }),
    install: (requests: WantedRequests) => installHooks(repository, installation, null, { requests }),
    examine: async (requests: WantedRequests) =>
      (await examineHooks(repository, installation, null, requests)).map(({ kind, path }) => [kind, path]),
    guard: () => writeFile(join(repository, 'hooks/update'), '#!/bin/sh\nexit 0\n', { mode: 0o755 }),
    taken: async () =>
      (await readFile(join(repository, 'config'), 'utf8')).includes('procReceiveRefs = refs/for'),
  };
}

t.test('on, and off again without a trace', async t => {
  const one = await stage(t.testdir({}));
  const hook = join(one.repository, 'hooks/proc-receive');
  const before = await one.picture();
  await one.install(OFF);
  const off = await one.picture();
  t.strictSame(await one.examine(ON), [
    ['missing', hook],
    ['options', join(one.repository, 'config')],
  ]);
  t.strictSame(await one.install(ON), { changed: true, how: 'own' });
  t.ok(await one.taken());
  t.strictSame(await one.install(ON), { changed: false, how: 'own' });
  t.strictSame(await one.examine(ON), []);
  t.strictSame(await one.examine(OFF), [['surplus', hook]]);
  const note = 'merge requests by refs/for are off now: --merge-requests enables them';
  t.strictSame(await one.install(OFF), { changed: true, how: 'own', note, notes: [note] });
  t.strictSame(await one.picture(), off);
  t.strictSame(await one.install(OFF), { changed: false, how: 'own' });
  await one.install(ON);
  await uninstallHooks(one.repository);
  t.strictSame(await one.picture(), before);
});

t.test('off where there are some: the hook stays, and says so to who pushes', async t => {
  const one = await stage(t.testdir({}));
  await one.install(ON);
  const some = { choice: 'off', any: true } as const;
  t.strictSame(await one.install(some), { changed: false, how: 'own' });
  t.ok(await one.taken());
  t.strictSame(await one.examine(some), []);
});

t.test('unguarded: an update hook switches them off, the word of the admin on', async t => {
  const one = await stage(t.testdir({}));
  await writeFile(join(one.repository, 'hooks/update'), 'not executable\n', { mode: 0o644 });
  t.strictSame(await one.install(UNGUARDED), { changed: true, how: 'own' });
  t.ok(await one.taken(), 'git would not run that one');
  await one.guard();
  await must('chmod', ['755', join(one.repository, 'hooks/update')], { env: environment(one.dir) });
  const { note } = await one.install(UNGUARDED);
  t.match(note, 'it has an update hook: no merge requests, unless --merge-requests enables them for it');
  t.notOk(await one.taken());
  t.strictSame(await one.examine({ choice: 'unguarded', any: true }), [
    ['missing', join(one.repository, 'hooks/proc-receive')],
    ['guarded', join(one.repository, 'hooks/update')],
    ['options', join(one.repository, 'config')],
  ]);
  const guarded = 'its update hook is run for each merge request';
  t.strictSame(await one.install(ON), { changed: true, how: 'own', note: guarded, notes: [guarded] });
});

t.test('hooks that repositories share stay for the others: the setting decides', async t => {
  const one = await stage(t.testdir({ shared: {} }));
  const shared = join(one.dir, 'shared');
  await one.git('config', '--global', 'core.hooksPath', shared);
  await one.install(ON);
  t.ok(await one.taken());
  await one.install(OFF);
  t.notOk(await one.taken());
  await access(join(shared, 'proc-receive'));
  t.strictSame(await one.examine(OFF), []);
});

t.test('a template has them when a root or the server has', async t => {
  const one = await stage(t.testdir({}));
  const born = async (name: string) => {
    await one.git('init', '-q', '--bare', name);
    return readFile(join(one.dir, name, 'config'), 'utf8');
  };
  await mkdir(one.installation.home);
  await installTemplate(one.installation, { requests: ON });
  t.match(await born('with.git'), 'procReceiveRefs = refs/for');
  await access(join(one.dir, 'with.git/hooks/proc-receive'));
  await installTemplate(one.installation, { requests: OFF });
  t.notMatch(await born('without.git'), 'procReceiveRefs');
  await t.rejects(access(join(one.dir, 'without.git/hooks/proc-receive')), { code: 'ENOENT' });
});
