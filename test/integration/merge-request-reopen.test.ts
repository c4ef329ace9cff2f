/** What was closed is looked at again when it is to be open again: much may have happened meanwhile. */
import t from 'tap';
import { matches } from '../support/matches.ts';
import { requestStage } from '../support/request-stage.ts';

t.test('reopened after the target and the topic went on', async t => {
  const stage = await requestStage(t);
  const { repository, belfry, root } = stage;
  const mr = (...args: string[]) => belfry.run(['mr', ...args, '--repo', 'acme/app']);
  const head = await stage.branch('work', { 'a.txt': '1\nours\n3\n' });
  await stage.push(['HEAD:refs/for/main']);
  matches(t, await stage.next(), [{ action: 'open' }]);
  t.match(await mr('close', '1'), { status: 0 });
  matches(t, await stage.next(), [{ action: 'close', pull_request: { mergeable: true } }]);

  const base = await stage.branch('theirs', { 'a.txt': '1\ntheirs\n3\n' });
  await stage.push(['theirs:main']);
  t.match(await mr('reopen', '1'), { status: 0, stdout: 'Reopened !1 of acme/app: 1 delivery\n' });
  matches(t, await stage.next(), [
    {
      action: 'reopen',
      merge_status: 'can_be_resolve',
      pull_request: { mergeable: false, base: { sha: base }, merge_commit_sha: null, closed_at: null },
    },
  ]);
  t.equal(await stage.ref('refs/pull/1/MERGE'), null, 'the trial merge of then is gone');

  await mr('close', '1');
  await stage.push(['work:refs/for/main']);
  matches(t, await stage.next(2), [
    { action: 'close', number: 1 },
    { action: 'open', number: 2 },
  ]);
  t.match(await mr('reopen', '1'), {
    status: 1,
    stderr: /^belfry: !1: another merge request for the same topic is open\n.*close that one first/,
  });

  await mr('close', '2');
  await stage.push([`+${head}:main`], { as: 'bob' });
  matches(t, await stage.next(), [{ action: 'close', number: 2 }]);
  t.match(await mr('reopen', '1'), { status: 1, stderr: 'main contains !1 already: nothing to merge' });

  await stage.push([`+${root}:main`]);
  await repository.server('update-ref', '-d', 'refs/pull/1/head');
  t.match(await mr('reopen', '1'), { status: 0 }, 'as long as git has its commits');
  matches(t, await stage.next(), [
    { action: 'reopen', pull_request: { head: { sha: head }, mergeable: true } },
  ]);
  t.match(await mr('reopen', '1'), { status: 1, stderr: '!1 is open, not closed' });
});
