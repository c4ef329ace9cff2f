/** `install.new`: repositories that come without hooks get them, and only where nobody but an admin has to be asked. */

import { mkdir, readdir, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { newInstaller } from '../../src/announce/install-new.ts';
import { surveyRoots } from '../../src/announce/survey-roots.ts';
import { takeIn } from '../../src/announce/take-in.ts';
import { shareHome } from '../../src/host/share-home.ts';
import { openSpool } from '../../src/spool/spool.ts';
import { surveyApart } from '../../src/worker/survey-apart.ts';
import { register } from '../store/samples.ts';
import { clockwork } from '../support/clockwork.ts';
import { matches } from '../support/matches.ts';
import { must } from '../support/run.ts';

async function stage(t: Test) {
  const works = await clockwork(t);
  const { dir, home, store, settings, now, repository, receiver } = works;
  const root = join(dir, 'root');
  const said: string[] = [];
  const log = (level: string, message: string) => void said.push(`${level} ${message}`);
  const installation = { app: join(dir, 'no-program'), home };
  await works.webhook('/hook');
  await repository.commit();
  return {
    ...works,
    root,
    said,
    async init(name: string, ...args: string[]): Promise<string> {
      const path = join(root, name);
      await must('git', ['init', '-q', '--bare', ...args, path], { env: repository.env });
      return path;
    },
    async look(refusal: (directory: string) => Promise<string | null> = async () => null) {
      const deps = { store, settings, now, log };
      const installer = newInstaller({ ...deps, installation, refusal });
      await surveyRoots({ ...deps, install: installer.install });
      return {
        installed: installer.installed.map(({ full_name }) => full_name),
        silent: (await store.roots.findings()).map(({ path, kind, detail }) => [path, kind, detail]),
      };
    },
    /** A push with whatever hooks there are; what was told by then. */
    async pushTo(path: string, branch: string): Promise<[string, string][]> {
      const pushed = await repository.push([`main:refs/heads/${branch}`], { url: path });
      if (pushed.status !== 0) throw new Error(pushed.stderr);
      const spool = openSpool(join(home, 'spool'));
      await takeIn({ spool, store, settings, now, log, stopping: () => false, onRecorded: () => {} });
      await works.advance(1);
      return receiver.requests.map(({ body }) => {
        const { ref, repository } = JSON.parse(body.toString('utf8'));
        return [repository.full_name, ref];
      });
    },
  };
}

t.test(
  'off, as it is at first: a repository that has come is left alone, and status can name it',
  async t => {
    const { init, look } = await stage(t);
    const path = await init('acme/new.git');
    t.strictSame(await look(), { installed: [], silent: [[path, 'no-hook', '']] });
  },
);

t.test('on: it has the hook, and what was pushed before that is no event', async t => {
  const { init, look, pushTo, settings, said, store } = await stage(t);
  settings['install.new'] = ['on'];
  const path = await init('acme/new.git');
  t.strictSame(await pushTo(path, 'before'), []);
  t.strictSame(await look(), { installed: ['acme/new'], silent: [] });
  t.strictSame(said, [`info acme/new had no hook: installed one, by install.new (${path})`]);
  const row = (await store.repositories.byName('acme/new'))!;
  t.strictSame(
    (await store.ledger.page(row.id, '', 9)).map(({ ref }) => ref),
    ['refs/heads/before'],
  );
  t.strictSame(await pushTo(path, 'after'), [['acme/new', 'refs/heads/after']]);
  t.strictSame(await look(), { installed: [], silent: [] }, 'and that was all there was to do');
});

t.test('only below the directories that it names', async t => {
  const { init, look, settings, root } = await stage(t);
  settings['install.new'] = [join(root, 'acme/')];
  await init('acme/in/new.git');
  const other = await init('zebra/new.git');
  t.strictSame(await look(), { installed: ['acme/in/new'], silent: [[other, 'no-hook', '']] });
});

t.test('what an admin has taken the hooks out of stays without, until he puts them in', async t => {
  const { look, settings, store, repository, now } = await stage(t);
  settings['install.new'] = ['on'];
  const path = repository.path;
  await register(store, path, now());
  await store.repositories.setHooksRemoved(path, now());
  await rm(join(path, 'hooks'), { recursive: true });
  const silent = [[path, 'no-hook', '`belfry uninstall` removed its hooks']];
  t.strictSame(await look(), { installed: [], silent });
  await t.rejects(stat(join(path, 'hooks')), { code: 'ENOENT' });
  await store.repositories.setHooksRemoved(path, null);
  t.strictSame(await look(), { installed: ['acme/app'], silent: [] });
});

t.test(
  'nothing is written that an admin did not mean: links, shared hooks, refused by the worker',
  async t => {
    const { init, look, settings, dir, root, repository, said } = await stage(t);
    settings['install.new'] = ['on'];
    const away = join(dir, 'away.git');
    await must('git', ['init', '-q', '--bare', away], { env: repository.env });
    await symlink(away, join(root, 'linked.git'));
    const shared = join(dir, 'shared-hooks');
    await mkdir(shared);
    const sharing = await init('sharing.git');
    await must('git', ['config', 'core.hooksPath', shared], { cwd: sharing, env: repository.env });
    const refused = await init('x/refused.git');
    const found = await look(async directory => (directory === refused ? 'root does not work there' : null));
    const reasons = [
      [join(root, 'linked.git'), 'a symbolic link leads to it'],
      [sharing, `its hooks are outside it, in ${shared}`],
      [refused, 'root does not work there'],
    ];
    t.strictSame(found, {
      installed: [],
      silent: reasons.map(([path, reason]) => [path, 'no-hook', reason]),
    });
    t.strictSame(
      new Set(said),
      new Set(
        reasons.map(([path, reason]) => `warn ${path} has no hook, and install.new installs none: ${reason}`),
      ),
    );
    t.strictSame(await readdir(shared), []);
    t.notOk((await readdir(join(away, 'hooks'))).includes('post-receive'));
  },
);

t.test('a group that pushes but cannot reach the spool: an admin opens it, nobody else', async t => {
  const { init, look, settings, home } = await stage(t);
  settings['install.new'] = ['on'];
  const path = await init('group.git', '--shared=group');
  const { gid } = await stat(join(path, 'refs'));
  const reason = `group ${gid} may push into it, and the spool is not open to that group`;
  t.strictSame(await look(), { installed: [], silent: [[path, 'no-hook', reason]] });
  t.equal((await stat(home)).mode & 0o070, 0, 'the home is as it was');
  await shareHome(home, gid);
  t.strictSame(await look(), { installed: ['group'], silent: [] });
});

t.test('one that cannot be done does not keep the others from it', async t => {
  const { init, look, settings } = await stage(t);
  settings['install.new'] = ['on'];
  const bad = await init('bad.git');
  await rm(join(bad, 'hooks'), { recursive: true });
  await must('mkfifo', [join(bad, 'hooks')], { env: { PATH: process.env.PATH ?? '' } });
  await init('good.git');
  const { installed, silent } = await look();
  t.strictSame(installed, ['good']);
  t.strictSame(silent, [], 'what cannot be looked into is for doctor, and no certain lack of a hook');
});

t.test('the worker’s daily look does it too', async t => {
  const { init, store, home, root } = await stage(t);
  const path = await init('acme/new.git');
  await surveyApart(home, () => {}, new AbortController().signal);
  matches(t, await store.roots.findings(), [{ path, kind: 'no-hook', detail: '' }]);
  await store.settings.set('install.new', root);
  await surveyApart(home, () => {}, new AbortController().signal);
  t.strictSame(await store.roots.findings(), []);
  t.equal((await stat(join(path, 'hooks', 'post-receive'))).mode & 0o777, 0o755);
});
