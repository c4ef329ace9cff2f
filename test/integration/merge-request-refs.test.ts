/** Which refs make a merge request, which it is made of, and which webhooks hear of it. */
import t from 'tap';
import { matches } from '../support/matches.ts';
import { requestStage } from '../support/request-stage.ts';
import { run } from '../support/run.ts';
import { until } from '../support/until.ts';

t.test('targets with slashes: the longest branch there is', async t => {
  const stage = await requestStage(t);
  await stage.push(['main:refs/heads/release/1.0', 'main:refs/heads/feature']);
  await stage.branch('work', { 'b.txt': 'b\n' });
  for (const [pushed, target, topic] of [
    ['release/1.0', 'release/1.0', ''],
    ['release/1.0/fix/it', 'release/1.0', 'fix/it'],
    ['feature/1.0', 'feature', '1.0'],
    ['main/release/1.0', 'main', 'release/1.0'],
  ] as const) {
    await stage.push([`HEAD:refs/for/${pushed}`]);
    const [{ number, ...body } = { number: 0 }] = await stage.next();
    t.match(body, { target_branch: target, source_branch: topic || `pull/${number}/head` }, pushed);
  }
});

t.test('a branch and a request in one push, and a target that contains it at once', async t => {
  const stage = await requestStage(t);
  const { repository } = stage;
  await stage.webhook('/all', ['--all', '--events', 'push,merge_request']);
  const head = await stage.branch('work', { 'b.txt': 'b\n' });
  await stage.push(['HEAD:refs/heads/work', 'HEAD:refs/for/main']);
  matches(t, await stage.next(), [{ action: 'open', number: 1 }]);
  await stage.push([':refs/heads/work', 'HEAD:main', 'HEAD:refs/for/main/same'], { as: 'bob' });
  const bodies = await stage.next(3);
  matches(t, bodies, [
    { action: 'open', number: 2, sender: { login: 'bob' } },
    { action: 'merge', number: 1, merge_commit_sha: head },
    { action: 'merge', number: 2, merge_commit_sha: head },
  ]);
  await stage.receiver.received(7, { path: '/all' });
  t.equal(await repository.server('rev-parse', 'refs/pull/1/MERGE'), head);
});

t.test('branch filters apply to the target', async t => {
  const stage = await requestStage(t);
  await stage.webhook('/release', ['--all', '--events', 'merge_request', '--branch', 'release/*']);
  await stage.push(['main:refs/heads/release/1']);
  await stage.branch('work', { 'b.txt': 'b\n' });
  await stage.push(['HEAD:refs/for/main']);
  await stage.push(['HEAD:refs/for/release/1']);
  await stage.next(2);
  const requests = await stage.receiver.received(1, { path: '/release' });
  await stage.settled(3);
  t.match(JSON.parse(String(requests[0]!.body)), { target_branch: 'release/1' });
  t.equal(stage.receiver.at('/release').length, 1);
});

t.test('numbers of another forge are not used again', async t => {
  const stage = await requestStage(t);
  await stage.push(['main:refs/pull/41/head', 'main:refs/pull/7/head']);
  await stage.branch('work', { 'b.txt': 'b\n' });
  const pushed = await stage.push(['HEAD:refs/for/main']);
  t.match(pushed.stderr, 'merge request !42:');
  matches(t, await stage.next(), [{ action: 'open', number: 42, iid: 42, pull_request: { id: 1 } }]);
});

t.test('files that the worker writes can be read by those who could read the repository', async t => {
  const stage = await requestStage(t);
  await stage.branch('work', { 'a.txt': '1\ntwo\n3\n' });
  await stage.push(['HEAD:refs/for/main']);
  await stage.repository.git('checkout', '-q', 'main');
  const base = await stage.repository.commit({ files: { 'z.txt': 'z\n' } });
  await stage.push(['main']);
  await stage.shows(1, { base });
  // A git that is still at work has temporary files, which are nobody else's.
  let closed = '';
  await until(
    'files that all can read',
    async () => {
      const { stdout } = await run('find', [stage.repository.path, '-type', 'f', '!', '-perm', '-044'], {
        env: stage.belfry.env,
      });
      closed = stdout;
      return closed === '';
    },
    { limitMs: 10_000 },
  ).catch(() => null);
  t.equal(closed, '');
});
