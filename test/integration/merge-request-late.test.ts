/** Hooks that were slower than the next push's: what they report is over. */
import t from 'tap';
import { matches } from '../support/matches.ts';
import { hookReports, lossy, quietStage } from '../support/quiet-stage.ts';

const HEAD = 'refs/pull/1/head';

t.test('a late hook does not turn a request back', async t => {
  const stage = await quietStage(t);
  const { repository } = stage;
  const push = await lossy(stage);
  const first = await stage.branch('work', { 'b.txt': 'b\n' });
  await stage.push(['HEAD:refs/for/main']);
  await stage.next();
  const second = await repository.commit({ files: { 'c.txt': 'c\n' } });
  await push(['HEAD:refs/for/main']);
  const third = await repository.commit({ files: { 'd.txt': 'd\n' } });
  await stage.push(['HEAD:refs/for/main']);
  matches(t, await stage.next(), [{ action: 'update', pull_request: { head: { sha: third }, commits: 3 } }]);
  await hookReports(stage, [first, second, HEAD]);
  await stage.push([`+${first}:refs/for/main`]);
  await stage.push([`${second}:refs/for/main`]);
  matches(
    t,
    await stage.next(2),
    [{ pull_request: { head: { sha: first } } }, { pull_request: { head: { sha: second } } }],
    'nothing of the late one; going back and forth is told',
  );
});

t.test('a late hook of the target does not turn the trial merge back', async t => {
  const stage = await quietStage(t);
  const { repository, root } = stage;
  const push = await lossy(stage);
  const head = await stage.branch('work', { 'b.txt': 'b\n' });
  await stage.push(['HEAD:refs/for/main']);
  await stage.next();
  await stage.branch('squash', { 's.txt': '1\n' });
  await stage.push(['HEAD:refs/for/main/squash']);
  await stage.next();
  await repository.git('checkout', '-q', 'main');
  const first = await repository.commit({ files: { 's.txt': '1\n' }, message: 'In other words\n' });
  await push(['main']);
  const second = await repository.commit({ files: { 'c.txt': 'c\n' } });
  await stage.push(['main']);
  matches(
    t,
    await stage.next(),
    [{ action: 'merge', number: 2, merge_commit_sha: first }],
    'the gap was seen',
  );
  await hookReports(stage, [root, first, 'refs/heads/main']);
  await stage.push(['squash:refs/for/main/again'], { options: ['title=x'] });
  matches(t, await stage.next(), [{ action: 'open', number: 3, pull_request: { base: { sha: second } } }]);
  t.match(await stage.show(1), { base: second, head, mergeable: true, commits: 1 });
  const parents = await repository.server('show', '-s', '--format=%P', 'refs/pull/1/MERGE');
  t.equal(parents, `${second} ${head}`);
});
