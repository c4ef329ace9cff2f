/** What pushes to the target do to open requests: conflicts, a target that goes and comes back. */
import t from 'tap';
import type { Json } from '../support/gitee-literals.ts';
import { matches } from '../support/matches.ts';
import { type RequestStage, requestStage } from '../support/request-stage.ts';

/** The parents of the trial merge. */
async function trial({ repository }: RequestStage, number: number): Promise<string[]> {
  const ref = `refs/pull/${number}/MERGE`;
  return (await repository.server('show', '-s', '--format=%P', ref)).split(' ');
}

t.test('the trial merge follows the target, into a conflict and out of it', async t => {
  const stage = await requestStage(t);
  const { repository, root } = stage;
  const head = await stage.branch('work', { 'a.txt': '1\nours\n3\n' });
  await stage.push(['HEAD:refs/for/main']);
  await stage.next();

  await repository.git('checkout', '-q', 'main');
  const harmless = await repository.commit({ files: { 'z.txt': 'z\n' } });
  await stage.push(['main', 'main:refs/heads/unrelated']);
  t.match(await stage.shows(1, { base: harmless }), {
    base: harmless,
    mergeable: true,
    merge_status: 'can_be_merged',
    commits: 1,
  });
  t.same(await trial(stage, 1), [harmless, head]);

  const theirs = await repository.commit({ files: { 'a.txt': '1\ntheirs\n3\n' } });
  await stage.push(['main']);
  const status = async (wanted: Json) => t.match(await stage.shows(1, { base: wanted.base }), wanted);
  await status({
    base: theirs,
    mergeable: false,
    merge_status: 'can_be_resolve',
    merge_commit: null,
    state: 'open',
  });
  t.equal(await stage.ref('refs/pull/1/MERGE'), null, 'no trial merge is better than an old one');

  const conflicting = await stage.push(['work:refs/for/main'], { options: ['title=Still in conflict'] });
  t.match(conflicting.stderr, 'conflicts with main');
  matches(t, await stage.next(), [
    {
      action: 'update',
      title: 'Still in conflict',
      merge_status: 'can_be_resolve',
      merge_commit_sha: null,
      pull_request: { mergeable: false, merge_commit_sha: null, base: { sha: theirs } },
    },
  ]);

  await stage.push([`+${root}:refs/heads/main`]);
  await status({ base: root, mergeable: true, merge_status: 'can_be_merged', state: 'open' });
  t.same(await trial(stage, 1), [root, head], 'a forced push of the target');

  await repository.server('config', 'receive.denyDeleteCurrent', 'ignore');
  await stage.push([':main']);
  t.match(await stage.shows(1, { mergeable: false }), {
    state: 'open',
    merge_status: 'unchecked',
    merge_commit: null,
    base: root,
  });
  t.equal(await stage.ref('refs/pull/1/MERGE'), null);
  t.match(await stage.refused(['work:refs/for/main']), 'there is no branch main to merge into');
  await stage.belfry.json(['mr', 'close', '1', '--repo', 'acme/app']);
  await stage.belfry.json(['mr', 'reopen', '1', '--repo', 'acme/app']);
  matches(t, await stage.next(2), [
    { action: 'close', pull_request: { mergeable: false } },
    { action: 'reopen', merge_status: 'unchecked', pull_request: { mergeable: false, base: { sha: root } } },
  ]);

  await stage.push([`${head}:refs/heads/main`], { as: 'bob' });
  matches(
    t,
    await stage.next(),
    [{ action: 'merge', merge_commit_sha: head }],
    'it came back with the request in it',
  );
});

t.test('a request that has nothing in common with its target', async t => {
  const stage = await requestStage(t);
  const { repository } = stage;
  await repository.git('checkout', '-q', '--orphan', 'other');
  await repository.git('rm', '-q', '-rf', '.');
  await repository.commit({ files: { 'o.txt': '1\n2\n' } });
  const pushed = await stage.push(['HEAD:refs/for/main']);
  t.match(pushed.stderr, 'conflicts with main');
  matches(t, await stage.next(), [
    {
      merge_status: 'can_be_resolve',
      pull_request: { mergeable: false, additions: 2, deletions: 0, changed_files: 1, commits: 1 },
    },
  ]);
});
