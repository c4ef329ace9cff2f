/** What nobody announced: hooks that were killed, came late, or could not be started. */
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { Json } from '../support/gitee-literals.ts';
import { type RequestStage, requestStage } from '../support/request-stage.ts';
import { must } from '../support/run.ts';

/** Pushes while there is no post-receive: as if it had been killed before it could write anything. */
async function lossy({ dir, repository, push }: RequestStage) {
  const hooks = join(dir, 'hooks-without-post-receive');
  await mkdir(hooks);
  await cp(join(repository.path, 'hooks', 'proc-receive'), join(hooks, 'proc-receive'));
  const receivePack = `--receive-pack=git -c core.hooksPath=${hooks} receive-pack`;
  return (refs: string[], options: string[] = []) => push([receivePack, ...refs], { options });
}

/** The hook that was slow, at last. */
async function hookReports({ repository }: RequestStage, update: string[], title?: string): Promise<void> {
  const options =
    title === undefined ? {} : { GIT_PUSH_OPTION_COUNT: '1', GIT_PUSH_OPTION_0: `title=${title}` };
  await must('hooks/post-receive', [], {
    cwd: repository.path,
    env: { ...repository.env, BELFRY_USER: 'alice', ...options },
    stdin: `${update.join(' ')}\n`,
  });
}

const ZERO = '0'.repeat(40);
const HEAD = 'refs/pull/1/head';

t.test('a scan finds the requests that no hook announced, and who pushed them', async t => {
  const stage = await requestStage(t);
  const { belfry, repository } = stage;
  const scan = () => belfry.json<Json[]>(['scan', 'acme/app']);
  const push = await lossy(stage);
  const first = await stage.branch('work', { 'b.txt': 'b\n' }, 'A bell\n');
  t.match((await push(['HEAD:refs/for/main'], ['title=Not to be known'])).stderr, 'merge request !1:');
  t.equal((await belfry.run(['mr', 'show', '1', '--repo', 'acme/app'])).status, 1, 'nobody knows of it');
  t.match(await scan(), [{ outcome: 'recovered', refs: 1, deliveries: 1 }]);
  t.match(await stage.next(), [
    { action: 'open', number: 1, title: 'A bell', sender: { login: 'alice' }, author: { login: 'alice' } },
  ]);
  t.match(await scan(), [{ outcome: 'same' }], 'once');

  const second = await repository.commit({ files: { 'c.txt': 'c\n' } });
  await push(['HEAD:refs/for/main']);
  await repository.git('checkout', '-q', 'main');
  const merged = await repository.commit({ files: { 'd.txt': 'd\n' } });
  await push(['main']);
  t.match(await scan(), [{ outcome: 'recovered', refs: 2 }], 'a branch as well');
  t.match(await stage.next(), [
    {
      action: 'update',
      sender: { login: 'alice' },
      pull_request: { head: { sha: second }, base: { sha: merged }, commits: 2 },
    },
  ]);
  const parents = await repository.server('show', '-s', '--format=%P', 'refs/pull/1/MERGE');
  t.equal(parents, `${merged} ${second}`);

  await hookReports(stage, [ZERO, first, HEAD], 'It came late');
  t.match(await stage.next(), [
    {
      action: 'update',
      action_desc: 'update',
      title: 'It came late',
      pull_request: { head: { sha: second } },
    },
  ]);
});

t.test('a late hook does not turn a request back', async t => {
  const stage = await requestStage(t);
  const { repository } = stage;
  const push = await lossy(stage);
  const first = await stage.branch('work', { 'b.txt': 'b\n' });
  await stage.push(['HEAD:refs/for/main']);
  await stage.next();
  const second = await repository.commit({ files: { 'c.txt': 'c\n' } });
  await push(['HEAD:refs/for/main']);
  const third = await repository.commit({ files: { 'd.txt': 'd\n' } });
  await stage.push(['HEAD:refs/for/main']);
  t.match(await stage.next(), [{ action: 'update', pull_request: { head: { sha: third }, commits: 3 } }]);
  await hookReports(stage, [first, second, HEAD]);
  await stage.push([`+${first}:refs/for/main`]);
  await stage.push([`${second}:refs/for/main`]);
  t.match(
    await stage.next(2),
    [{ pull_request: { head: { sha: first } } }, { pull_request: { head: { sha: second } } }],
    'nothing of the late one; going back and forth is told',
  );
});

t.test('what goes no further than the request is found, too', async t => {
  const stage = await requestStage(t);
  const { repository, belfry } = stage;
  const tip = await stage.branch('work', { 'b.txt': 'b\n' });
  await stage.push(['HEAD:refs/heads/work']);
  await repository.server('config', 'receive.denyNonFastForwards', 'true');
  await repository.git('commit', '-q', '--amend', '-m', 'Other');
  const refused = await stage.refused(['--atomic', 'HEAD:refs/for/main', '+HEAD:refs/heads/work']);
  t.match(refused, /HEAD -> refs\/for\/main \(atomic push failure\)/);
  t.equal(await stage.ref('refs/heads/work'), tip);
  t.match(await belfry.json(['scan', 'acme/app']), [{ outcome: 'recovered', refs: 1 }]);
  t.match(await stage.next(), [{ action: 'open', number: 1, title: 'Other' }]);

  const options = Array.from({ length: 20 }, () => `description=${'x'.repeat(60_000)}`);
  const large = await stage.refused(['HEAD:refs/for/main/large'], { options });
  t.match(large, '(the push options have 1200240 bytes, at most 1048576 fit)');
  await stage.push(['HEAD:refs/for/main/large'], { options: options.slice(0, 17) });
  t.match(await stage.next(), [{ action: 'open', number: 2, body: 'x'.repeat(60_000) }]);
});
