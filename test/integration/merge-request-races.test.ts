/** Several pushes at once: of several people, of one for one request, of a head and its target. */
import t from 'tap';
import type { Json } from '../support/gitee-literals.ts';
import { requestStage } from '../support/request-stage.ts';

t.test('several people at once, each with requests of their own', async t => {
  const stage = await requestStage(t);
  await stage.branch('work', { 'b.txt': 'b\n' });
  const people = ['alice', 'bob', 'carol', 'dora'];
  const all = await Promise.all(people.map(as => stage.push(['HEAD:refs/for/main'], { as })));
  const numbers = all.map(({ stderr }) => Number(/merge request !(\d+)/.exec(stderr)?.[1]));
  t.same(numbers.toSorted(), [1, 2, 3, 4]);
  const opened = await stage.next(4);
  for (const [nth, login] of people.entries()) {
    const body = opened.find(({ number }) => number === numbers[nth]);
    t.match(body, { action: 'open', author: { login }, source_branch: `pull/${numbers[nth]}/head` });
  }
});

t.test('one person, one topic, several pushes at once: one request', async t => {
  const stage = await requestStage(t);
  const { repository } = stage;
  const commits: string[] = [];
  for (const name of ['one', 'two', 'three', 'four'])
    commits.push(await stage.branch(name, { [name]: '1\n' }));
  // The first time the request is made by one of them, the second time it is there.
  for (const time of ['new', 'known']) {
    const moved = await Promise.all(
      commits.map(async id => ({
        id,
        ...(await repository.push([`${id}:refs/for/main/topic`], { env: { BELFRY_USER: 'alice' } })),
      })),
    );
    for (const { id, status, stderr } of moved) {
      if (status === 0) t.match(stderr, 'merge request !1:', time);
      else t.match(stderr, '(another push to this merge request came first: push again)', time);
      if (status !== 0) await stage.push([`${id}:refs/for/main/topic`]);
    }
    t.ok(moved.some(({ status }) => status === 0));
    t.ok(commits.includes((await stage.ref('refs/pull/1/head'))!));
    await repository.git('checkout', '-q', 'four');
    for (const at of commits.keys()) commits[at] = await repository.commit({ message: `${time} ${at}\n` });
  }
  const head = await stage.ref('refs/pull/1/head');
  await stage.shows(1, { head });
  t.equal((await stage.belfry.json<Json[]>(['mr', 'list', '--state', 'all'])).length, 1);
  const actions = (await stage.next(2)).map(({ action }) => action);
  t.same(actions, ['open', 'update']);
});

t.test('head and target move at once, again and again: the trial merge is the true one', async t => {
  const stage = await requestStage(t);
  const { repository } = stage;
  await stage.branch('work', { 'b.txt': 'b\n' });
  await stage.push(['HEAD:refs/for/main']);
  for (const round of ['1', '2', '3']) {
    await repository.git('checkout', '-q', 'main');
    const base = await repository.commit({ files: { 'm.txt': round } });
    await repository.git('checkout', '-q', 'work');
    const head = await repository.commit({ files: { 'w.txt': round } });
    await Promise.all([
      stage.push(['work:refs/for/main']),
      repository.push(['main'], { env: { BELFRY_USER: 'bob' } }),
    ]);
    await stage.shows(1, { base, head, mergeable: true });
    const parents = await repository.server('show', '-s', '--format=%P', 'refs/pull/1/MERGE');
    t.equal(parents, `${base} ${head}`, `round ${round}`);
  }
});
