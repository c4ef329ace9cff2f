/** `--latest-only`: a ref's newest state, once nobody has moved it for a while; whatever dies meanwhile. */
import t from 'tap';
import { answer } from '../support/behaviour.ts';
import type { Json } from '../support/gitee-literals.ts';
import { matches } from '../support/matches.ts';
import { type Tower, tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

const bodies = (stage: Tower, path = '/hook'): Json[] =>
  stage.receiver.at(path).map(({ body }) => JSON.parse(body.toString('utf8')));

/** Waits until so many pushes are taken in. */
async function takenIn({ belfry }: Tower, count: number): Promise<void> {
  await until(`${count} pushes`, async () => {
    const lines = await belfry.json<{ state: string }[]>(['push', 'list', '--limit', '100']);
    return lines.filter(({ state }) => state === 'announced').length >= count;
  });
}

const STATES = (lines: { state: string; event: string }[]) => lines.map(({ state }) => state);

t.test('several pushes to a ref are one delivery, from the oldest state to the newest', async t => {
  const stage = await tower(t);
  const { repository, webhook, belfry } = stage;
  await webhook('/hook', ['--all', '--events', 'push,tag_push', '--latest-only', '3600']);
  const plain = await webhook('/plain', ['--all', '--events', 'push,tag_push']);
  const before = await repository.commit({ files: { a: '1' } });
  await repository.push(['main']);
  await takenIn(stage, 1);
  await belfry.json(['webhook', 'edit', '1', '--latest-only', '3600']);
  const second = await repository.commit({ files: { b: '1' } });
  await repository.push(['main']);
  await takenIn(stage, 2);
  const third = await repository.commit({ files: { c: '1' } });
  await repository.push(['main', 'main:refs/heads/x']);
  await takenIn(stage, 3);
  await repository.push([':refs/heads/x']);
  await takenIn(stage, 4);
  t.equal(stage.receiver.at('/hook').length, 0);
  const own = () =>
    belfry.json<{ id: string; state: string; event: string; ref: string }[]>([
      'deliveries',
      '--webhook',
      '1',
    ]);
  t.same(
    STATES(await own()),
    ['merged', 'pending', 'merged', 'merged'],
    'made and removed in between is nothing',
  );
  await until('the others', () => stage.receiver.at('/plain').length === 5);

  await belfry.stopWorker('SIGKILL');
  const [, waiting] = await own();
  const shown = await belfry.json<Json>(['deliveries', '--webhook', String(plain)]);
  t.ok(shown);
  await belfry.json(['redeliver', waiting!.id]);
  await stage.receiver.received(1, { path: '/hook' });
  const [body] = bodies(stage);
  t.match(body, { before: '0'.repeat(40), after: third, created: true, ref: 'refs/heads/main' });
  t.not(second, before);
});

t.test('a killed worker loses no newest state, and a forced push stays one', async t => {
  const stage = await tower(t);
  const { repository, webhook, belfry } = stage;
  const before = await repository.commit({ files: { a: '1' } });
  await repository.push(['main']);
  await takenIn(stage, 1);
  await webhook('/hook', ['--all', '--latest-only', '3600']);
  await repository.commit({ files: { a: '2' } });
  await repository.push(['main']);
  await takenIn(stage, 2);
  await repository.git('reset', '-q', '--hard', before);
  await repository.commit({ files: { a: '3' } });
  await repository.push(['+main']);
  await takenIn(stage, 3);
  await belfry.stopWorker('SIGKILL');
  const newest = await repository.commit({ files: { a: '4' } });
  await repository.push(['main']);
  await takenIn(stage, 4);
  const [waiting] = await belfry.json<{ id: string }[]>(['deliveries']);
  await belfry.json(['redeliver', waiting!.id]);
  await stage.receiver.received(1, { path: '/hook' });
  await stage.settled(3);
  const all = bodies(stage);
  t.equal(all.length, 1);
  t.match(all[0], { before, after: newest, total_commits_count: 2 });
  matches(t, await belfry.json<Json[]>(['deliveries']), [
    { state: 'delivered' },
    { state: 'merged' },
    { state: 'merged' },
  ]);
});

t.test('back where it was: nothing is sent, and what failed before is not waited for', async t => {
  const stage = await tower(t);
  const { repository, webhook, belfry } = stage;
  const before = await repository.commit({ files: { a: '1' } });
  await repository.push(['main']);
  await takenIn(stage, 1);
  await webhook('/hook', ['--all', '--latest-only', '3600']);
  await repository.commit({ files: { a: '2' } });
  await repository.push(['main']);
  await takenIn(stage, 2);
  await repository.push([`+${before}:refs/heads/main`]);
  await takenIn(stage, 3);
  matches(t, await belfry.json<Json[]>(['deliveries']), [
    { state: 'merged', last_error: 'what waited came to nothing: the ref is where it was before' },
  ]);

  await belfry.json(['webhook', 'edit', '1', '--latest-only', '1']);
  stage.receiver.script('/hook', answer(500), answer(200));
  await repository.push(['main']);
  await stage.receiver.received(1, { path: '/hook' });
  await stage.settled(2);
  const tip = await repository.commit({ files: { a: '5' } });
  await repository.push(['main']);
  await until('both', () => bodies(stage).some(body => body.after === tip));
});

t.test('a robot and a wrong number are refused', async t => {
  const { belfry } = await tower(t);
  const add = (...args: string[]) =>
    belfry.run(['webhook', 'add', 'https://x.example.com', '--all', ...args]);
  t.match(await add('--kind', 'slack', '--latest-only', '5'), {
    status: 2,
    stderr: /--latest-only: wanted none for kind slack: a robot's messages are joined by themselves, got 5/,
  });
  t.match(await add('--latest-only', '100000'), {
    status: 2,
    stderr: /wanted 1 to 86400 seconds, got 100000/,
  });
  t.match(await add('--path', 'docs/'), { status: 2, stderr: /Path filter "docs\/": it names files/ });
  t.match(await add('--tag', 'refs/heads/x'), { status: 2, stderr: /a tag filter matches no branches/ });
  t.match(await add('--repo', 'acme/app.git,x.git'), {
    status: 2,
    stderr: /names are written without \.git/,
  });
});
