/** Golden cases 28 to 30: which deliveries a webhook of the kind `gitea` gets, from real pushes, and in which order. */
import t from 'tap';
import { headerOf, type ReceivedRequest } from '../support/receiver.ts';
import { tower } from '../support/tower.ts';

/** Event, ref, and what is after it. */
function told(request: ReceivedRequest) {
  const { ref, ref_type, after, sha } = JSON.parse(request.body.toString());
  return [headerOf(request, 'X-Gitea-Event'), ref, ref_type ?? after ?? null, sha ?? null];
}

t.test('what Gitea says of branches and tags that come and go', async t => {
  const { repository, receiver, webhook, settled } = await tower(t);
  await webhook('/push', ['--all', '--kind', 'gitea', '--events', 'push']);
  await webhook('/words', ['--all', '--kind', 'gitea', '--events', 'push,tag_push,create,delete']);
  const tip = await repository.commit();
  await repository.push(['main']);
  await settled(3);
  t.strictSame(receiver.at('/push').map(told), [['push', 'refs/heads/main', tip, null]]);
  t.strictSame(receiver.at('/words').map(told), [
    ['create', 'main', 'branch', tip],
    ['push', 'refs/heads/main', tip, null],
  ]);

  await repository.git('tag', '-a', '-m', 'Release', 'v1');
  const tag = (await repository.git('rev-parse', 'v1')).trim();
  await repository.push(['v1']);
  await settled(5);
  t.strictSame(receiver.at('/words').slice(2).map(told), [
    ['push', 'refs/tags/v1', tag, null],
    ['create', 'v1', 'tag', tag],
  ]);
  const { commits, total_commits, head_commit } = JSON.parse(receiver.at('/words')[2]!.body.toString());
  t.strictSame([commits, total_commits, head_commit.id], [[], 0, tip]);

  await repository.push(['main:refs/heads/x']);
  await settled(8);
  await repository.push([':refs/heads/x', ':refs/tags/v1']);
  await settled(11);
  t.equal(receiver.at('/push').length, 2, 'of a branch that goes there is no push');
  const gone = receiver.at('/words').slice(6).map(told);
  t.strictSame(
    gone.filter(([, ref]) => ref === 'x'),
    [['delete', 'x', 'branch', null]],
  );
  t.strictSame(
    gone.filter(([, ref]) => ref !== 'x'),
    [
      ['push', 'refs/tags/v1', '0'.repeat(40), null],
      ['delete', 'v1', 'tag', null],
    ],
  );
});
