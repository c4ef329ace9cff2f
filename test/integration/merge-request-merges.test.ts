/** A push to the target merges a request: by its commits, by their content, half of them, before anybody has said so. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { Json } from '../support/gitee-literals.ts';
import { matches } from '../support/matches.ts';
import { type RequestStage, requestStage } from '../support/request-stage.ts';

/** The parents of the trial merge. */
async function trial({ repository }: RequestStage, number: number): Promise<string[]> {
  const ref = `refs/pull/${number}/MERGE`;
  return (await repository.server('show', '-s', '--format=%P', ref)).split(' ');
}

t.test('merges', async t => {
  const stage = await requestStage(t);
  const { repository } = stage;
  const open = async (topic: string, files: Record<string, string>, more: Record<string, string>[] = []) => {
    await stage.branch(topic, files, `${topic}\n`, await stage.ref('main').then(tip => tip!));
    for (const [nth, one] of more.entries())
      await repository.commit({ files: one, message: `${topic} ${nth}\n` });
    await stage.push([`HEAD:refs/for/main/${topic}`]);
    const [body] = await stage.next();
    return { number: body!.number as number, head: await repository.git('rev-parse', 'HEAD') };
  };
  const merged = async () => {
    await stage.push(['main'], { as: 'bob' });
    return (await stage.next())[0]!;
  };

  /** Of the newest merges, newest first. */
  const inferred = async (count: number) => {
    const lines = await stage.belfry.json<{ id: string }[]>(['deliveries', '--event', 'merge_request']);
    const shown = await Promise.all(lines.map(({ id }) => stage.belfry.json<Json>(['delivery', 'show', id])));
    const merges = shown.filter(one =>
      JSON.stringify(one.attempts_made).includes('\\"action\\":\\"merge\\"'),
    );
    return merges.slice(0, count).map(one => (one.facts as Json).inferred);
  };

  const fast = await open('fast', { 'fast.txt': '1\n' });
  await repository.git('checkout', '-q', '-B', 'main', fast.head);
  await repository.commit({ files: { 'later.txt': 'x\n' } });
  t.match(
    await merged(),
    { action: 'merge', number: fast.number, merge_commit_sha: fast.head },
    'fast-forward',
  );

  const squash = await open('squash', { 's.txt': '1\n' }, [{ 's.txt': '1\n2\n' }, { 't.txt': 't\n' }]);
  await repository.git('checkout', '-q', 'main');
  await repository.commit({ files: { 'between.txt': 'x\n' } });
  await repository.git('merge', '-q', '--squash', 'squash');
  const squashed = await repository.commit({ message: 'All of it\n' });
  await repository.commit({ files: { 'behind.txt': 'x\n' } });
  const squashBody = await merged();
  t.match(
    squashBody,
    { action: 'merge', number: squash.number, merge_commit_sha: squashed, state: 'merged' },
    'squash',
  );
  t.match(squashBody.pull_request, { head: { sha: squash.head }, commits: 3, merged: true });

  const rebase = await open('rebase', { 'r.txt': '1\n' }, [{ 'r2.txt': '2\n' }]);
  await repository.git('checkout', '-q', 'main');
  await repository.commit({ files: { 'base.txt': 'x\n' } });
  await repository.git(
    '-c',
    'user.name=x',
    '-c',
    'user.email=x@x',
    'cherry-pick',
    '--keep-redundant-commits',
    'rebase~1',
    'rebase',
  );
  const last = await repository.git('rev-parse', 'HEAD');
  t.not(last, rebase.head);
  await repository.commit({ files: { 'behind2.txt': 'x\n' } });
  t.match(await merged(), { action: 'merge', number: rebase.number, merge_commit_sha: last }, 'rebase');
  t.same(await inferred(3), [true, true, false], 'our own log says which merge was told by its content');
  const log = await readFile(join(stage.belfry.home, 'log', 'worker.log'), 'utf8');
  t.match(log, `acme/app: !${squash.number} is merged by ${squashed}: inferred from its content`);
  t.notMatch(log, `!${fast.number} is merged`);

  const half = await open('half', { 'h.txt': '1\n' }, [{ 'h2.txt': '2\n' }]);
  await repository.git('checkout', '-q', 'main');
  await repository.git('merge', '-q', '--ff-only', 'half~1');
  await stage.push(['main']);
  const stays = await repository.git('rev-parse', 'HEAD');
  t.match(await stage.shows(half.number, { base: stays }), {
    state: 'open',
    commits: 1,
    additions: 1,
    changed_files: 1,
    base: stays,
  });
  t.same(
    await trial(stage, half.number),
    [stays, half.head],
    'half of it is merged: the rest is what it brings',
  );

  await stage.push(['half:main', 'half:refs/heads/copy'], { as: 'bob' });
  matches(t, await stage.next(), [{ action: 'merge', number: half.number, merge_commit_sha: half.head }]);

  await stage.branch('half', { 'h3.txt': '3\n' }, 'half again\n', half.head);
  const again = await stage.push(['HEAD:refs/for/main/half']);
  t.match(again.stderr, `merge request !${half.number + 1}:`, 'the topic of a merged one is free');
});

t.test('a merge that is not announced yet frees the topic, too', async t => {
  const stage = await requestStage(t);
  const { repository } = stage;
  await stage.branch('work', { 'b.txt': 'b\n' });
  await stage.push(['HEAD:refs/for/main']);
  matches(t, await stage.next(), [{ action: 'open', number: 1 }]);
  await stage.push(['HEAD:main', 'HEAD:refs/heads/x'], { as: 'bob' });
  const next = await repository.commit({ files: { 'c.txt': 'c\n' } });
  const pushed = await stage.push(['HEAD:refs/for/main']);
  t.match(pushed.stderr, 'merge request !2:');
  t.equal(await stage.ref('refs/pull/2/head'), next);
  matches(t, await stage.next(2), [
    { action: 'merge', number: 1, sender: { login: 'bob' } },
    { action: 'open', number: 2 },
  ]);
});
