/** Beside Gitea or Forgejo: what is done in their web pages is told at once, once, and their own upkeep of hooks takes nothing away. */
import { readdir, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { GITEA_ARGUMENTS, giteaGit, regenerateHooks } from '../support/gitea-layout.ts';
import { must } from '../support/run.ts';
import { tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

const ZERO = '0'.repeat(40);

async function stage(t: Test) {
  const stands = await tower(t);
  const { repository, belfry, root, receiver } = stands;
  await belfry.json(['uninstall', root]);
  // What is told here no comparison has found.
  await belfry.json(['config', 'set', 'scan.every', '0']);
  await regenerateHooks(repository.path);
  const gitea = await giteaGit(stands.dir, repository.env);
  await stands.webhook('/hook', ['--all', '--events', 'push,tag_push']);
  return {
    ...stands,
    gitea,
    /** As `gitea serv` runs it for whoever pushes. */
    async push(refs: string[], url = repository.path) {
      const program = `git ${GITEA_ARGUMENTS.join(' ')} receive-pack`;
      const env = { ...gitea.env, GITEA_PUSHER_NAME: 'alice', GITEA_PUSHER_EMAIL: 'alice@example.com' };
      await must('git', ['push', '-q', `--receive-pack=${program}`, url, ...refs], {
        cwd: repository.work,
        env,
      });
    },
    /** Who did what, in the order of the requests. */
    async told(count: number): Promise<[ref: string, before: string, after: string, pusher: string][]> {
      return (await receiver.received(count)).map(({ body }) => {
        const { ref, before, after, pusher } = JSON.parse(body.toString('utf8'));
        return [ref, before, after, pusher.username];
      });
    },
    quiet: () =>
      until('an empty spool', async () => (await readdir(join(belfry.home, 'spool', 'new'))).length === 0),
  };
}

t.test(
  'branches deleted, renamed and made in the web, and pushes: each is told at once, and once',
  async t => {
    const { belfry, root, repository, gitea, push, told, quiet, receiver } = await stage(t);
    const { path } = repository;
    const wiki = join(root, 'acme', 'app.wiki.git');
    await must('git', ['init', '-q', '--bare', wiki], { env: repository.env });
    await regenerateHooks(wiki);
    const installed = await belfry.json<{ repositories: object[]; excluded: string[] }>([
      'install',
      '--all-updates',
      root,
    ]);
    t.strictSame(installed.repositories, [
      {
        directory: path,
        full_name: 'acme/app',
        changed: true,
        how: 'dispatcher',
        note: null,
      },
    ]);
    t.strictSame(installed.excluded, [wiki]);

    const tip = await repository.commit();
    const me = userInfo().username;
    await push(['main', 'main:refs/heads/one', 'main:refs/heads/two', 'main:refs/heads/three']);
    const pushed = await told(4);
    t.strictSame(
      pushed.map(([ref, , , who]) => [ref, who]).sort(),
      ['main', 'one', 'three', 'two'].map(name => [`refs/heads/${name}`, 'alice']),
    );
    await gitea.web(path, 'branch', '-D', '--', 'one');
    t.strictSame((await told(5))[4], ['refs/heads/one', tip, ZERO, me]);
    await gitea.web(path, 'update-ref', '-d', 'refs/heads/two');
    t.strictSame((await told(6))[5], ['refs/heads/two', tip, ZERO, me]);
    await gitea.web(path, 'branch', '-m', 'three', 'four');
    t.strictSame((await told(8)).slice(6).sort(), [
      ['refs/heads/four', ZERO, tip, me],
      ['refs/heads/three', tip, ZERO, me],
    ]);
    await gitea.web(path, 'tag', 'v1', 'main');
    t.strictSame((await told(9))[8], ['refs/tags/v1', ZERO, tip, me]);
    // Packed, a branch is deleted by several transactions.
    await gitea.web(path, 'pack-refs', '--all');
    await gitea.web(path, 'branch', '-D', '--', 'four');
    t.strictSame((await told(10))[9], ['refs/heads/four', tip, ZERO, me]);
    // The head of a pull request is no branch.
    await gitea.web(path, 'update-ref', 'refs/pull/1/head', 'main');
    const next = await repository.commit();
    await push(['main']);
    t.strictSame((await told(11))[10], ['refs/heads/main', tip, next, 'alice']);
    await push(['main'], wiki);
    await quiet();
    t.equal(receiver.requests.length, 11, 'nothing twice, and nothing of the wiki');
    t.equal(
      await readFile(join(path, 'gitea-ran'), 'utf8').then(
        text => text.match(/^post-receive alice$/gm)?.length,
      ),
      2,
      "Gitea's own hook ran for both pushes",
    );
    const log = await readFile(join(belfry.home, 'log', 'worker.log'), 'utf8');
    t.notMatch(log, / (warn|error) /);
  },
);

t.test('regenerated hooks, also by a doctor, lose nothing; uninstalled, nothing is left', async t => {
  const { belfry, root, repository, gitea, push, told } = await stage(t);
  const hooks = join(repository.path, 'hooks');
  const before = (await readdir(hooks, { recursive: true })).sort();
  await belfry.json(['install', '--all-updates', root]);
  const after = (await readdir(hooks, { recursive: true })).sort();
  t.strictSame(
    after.filter(name => !before.includes(name)),
    ['post-receive.d/belfry', 'reference-transaction'],
  );
  await regenerateHooks(repository.path);
  const { findings } = (await belfry.run(['doctor', '--json'])).json<{ findings: { area: string }[] }>();
  t.strictSame(
    findings.filter(({ area }) => area === 'repositories'),
    [],
  );
  const tip = await repository.commit();
  await push(['main', 'main:refs/heads/gone']);
  await told(2);
  await gitea.web(repository.path, 'branch', '-D', '--', 'gone');
  t.strictSame((await told(3))[2], ['refs/heads/gone', tip, ZERO, userInfo().username]);
  await belfry.json(['uninstall', root]);
  t.strictSame((await readdir(hooks, { recursive: true })).sort(), before);
  const config = await readFile(join(repository.path, 'config'), 'utf8');
  t.notOk(config.includes('belfry'), config);
});

t.test('a repository that comes later below such a root is told of in the same way', async t => {
  const { belfry, root, repository, gitea, push, told } = await stage(t);
  await belfry.json(['install', '--all-updates', root]);
  await belfry.json(['config', 'set', 'install.new', 'on']);
  const path = join(root, 'acme', 'new.git');
  await must('git', ['init', '-q', '--bare', path], { env: gitea.env });
  await regenerateHooks(path);
  const scanned = await belfry.json<{ repository: string; outcome: string }[]>(['scan']);
  t.strictSame(scanned.find(one => one.repository === 'acme/new')?.outcome, 'installed');
  const tip = await repository.commit();
  await push(['main', 'main:refs/heads/gone'], path);
  await told(2);
  await gitea.web(path, 'branch', '-D', '--', 'gone');
  t.strictSame((await told(3))[2], ['refs/heads/gone', tip, ZERO, userInfo().username]);

  t.match(await belfry.run(['install', '--all-updates']), {
    status: 2,
    stderr: 'belfry: Missing DIR: --all-updates needs the directories it is for.\n',
  });
});
