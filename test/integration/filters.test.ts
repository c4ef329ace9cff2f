/** Filters of webhooks by real pushes: who hears of each, and its neighbours. */
import t from 'tap';
import { headerOf } from '../support/receiver.ts';
import { type Tower, tower } from '../support/tower.ts';
import { until } from '../support/until.ts';

/** Pushes, and gives for each webhook what it heard of that push: events and refs, in order. */
function listener(stage: Tower, env: Record<string, string> = {}) {
  const { belfry, repository } = stage;
  let seen = 0;
  let pushes = 0;
  return async (refs: string[], options: string[] = [], as = 'alice'): Promise<Record<string, string[]>> => {
    pushes++;
    const pushed = await repository.push(refs, { options, env: { BELFRY_USER: as, ...env } });
    if (pushed.status !== 0) throw new Error(pushed.stderr);
    await until(`push ${pushes} to be announced`, async () => {
      const all = await belfry.json<{ state: string }[]>(['push', 'list']);
      return all.filter(({ state }) => state === 'announced').length === pushes;
    });
    const lines = (await stage.settled(seen)).slice(0, -seen || undefined);
    seen += lines.length;
    const heard: Record<string, string[]> = {};
    for (const { webhook_id: id, event, ref } of lines.reverse()) {
      heard[id] ??= [];
      heard[id].push(`${event} ${ref ?? ''}`.trim());
    }
    return heard;
  };
}

t.test('paths: new branch, cut push, merge, deletion, tags beside branches, forced update', async t => {
  const stage = await tower(t);
  const { repository, webhook } = stage;
  const push = listener(stage);
  const docs = await webhook('/docs', ['--all', '--path', 'docs/**', '--events', 'push,tag_push']);
  const code = await webhook('/code', ['--all', '--path', '!docs/**', '--events', 'push,tag_push']);
  const main = 'push refs/heads/main';

  await repository.commit({ files: { 'src/a': '1', 'docs/a': '1' } });
  t.same(await push(['main']), { [docs]: [main], [code]: [main] }, 'the first push of all');
  await repository.commit({ files: { 'docs/b': '1' } });
  t.same(await push(['main']), { [docs]: [main] });
  await repository.commit({ files: { 'src/b': '1' } });
  t.same(await push(['main']), { [code]: [main] });
  await repository.commit({ files: { 'docs/c': '1' } });
  await repository.commit({ files: { 'docs/c': null, 'src/c': '1' } });
  t.same(await push(['main']), { [code]: [main] }, 'what is as it was before is not touched');

  await repository.git('checkout', '-q', '-b', 'feature');
  t.same(await push(['feature']), {}, 'a new branch without a commit of its own touches nothing');
  await repository.commit({ files: { 'docs/d': '1' } });
  t.same(await push(['feature']), { [docs]: ['push refs/heads/feature'] });
  await repository.commit({ files: { 'src/d': '1' } });
  t.same(
    await push(['HEAD:refs/heads/other']),
    { [docs]: ['push refs/heads/other'], [code]: ['push refs/heads/other'] },
    'a new branch, against where it left the default branch',
  );
  await repository.git('checkout', '-q', 'main');
  await repository.commit({ files: { 'src/e': '1' } });
  await push(['main']);
  await repository.git('merge', '-q', '--no-ff', '-m', 'Merge', 'feature~1');
  t.same(await push(['main']), { [docs]: [main] }, 'a merge brings what the branch changed');

  await repository.git('reset', '-q', '--hard', 'HEAD~1');
  t.same(await push(['+main']), { [docs]: [main] }, 'taken back again');
  t.same(
    await push([':refs/heads/other']),
    { [docs]: ['push refs/heads/other'], [code]: ['push refs/heads/other'] },
    'a deletion passes',
  );
  await repository.commit({ files: { 'src/f': '1' } });
  await repository.git('tag', 'v1');
  t.same(await push(['main', 'v1']), {
    [docs]: ['tag_push refs/tags/v1'],
    [code]: [main, 'tag_push refs/tags/v1'],
  });

  const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`src/many/${n}`, '1']));
  await repository.commit({ files: { 'src/many/0': '1' } });
  const { mkdir, writeFile } = await import('node:fs/promises');
  await mkdir(`${repository.work}/src/many`, { recursive: true });
  for (const path of Object.keys(many)) await writeFile(`${repository.work}/${path}`, '2');
  await repository.git('add', '.');
  await repository.commit();
  t.same(
    await push(['main']),
    { [docs]: [main], [code]: [main] },
    'of a list that was cut nobody can say no',
  );
});

t.test('repositories, tags, pushers and commits that want no CI', async t => {
  const stage = await tower(t);
  const { repository, webhook, belfry } = stage;
  const push = listener(stage);
  const all = await webhook('/all', ['--all', '--events', 'push,tag_push']);
  const acme = await webhook('/acme', ['--repo', 'acme/*', '--repo', '!acme/secret', '--events', 'push']);
  const none = await webhook('/none', ['--all', '--repo', '!acme/*', '--events', 'push']);
  const releases = await webhook('/tags', [
    '--all',
    '--tag',
    'v*,!v*-rc*',
    '--branch',
    '!**',
    '--events',
    'push,tag_push',
  ]);
  const people = await webhook('/people', ['--all', '--pusher', '!*-bot', '--events', 'push']);
  const ci = await webhook('/ci', ['--all', '--skip-ci', '--events', 'push']);
  const main = 'push refs/heads/main';
  await repository.commit();
  t.same(await push(['main']), { [all]: [main], [acme]: [main], [people]: [main], [ci]: [main] });
  await repository.commit();
  t.same(await push(['main'], [], 'renovate-bot'), { [all]: [main], [acme]: [main], [ci]: [main] });
  await repository.commit({ message: 'Typo [skip ci]\n' });
  t.same(await push(['main']), { [all]: [main], [acme]: [main], [people]: [main] });
  await repository.commit();
  t.same(await push(['main'], ['ci.skip']), { [all]: [main], [acme]: [main], [people]: [main] });
  await repository.git('tag', 'v1');
  await repository.git('tag', 'v2-rc1');
  t.same(await push(['v1', 'v2-rc1']), {
    [all]: ['tag_push refs/tags/v1', 'tag_push refs/tags/v2-rc1'],
    [releases]: ['tag_push refs/tags/v1'],
  });
  const { scope, company, repos } = await belfry.json<Record<string, unknown>>([
    'webhook',
    'show',
    String(acme),
  ]);
  t.same([scope, company, repos], ['company', 'acme', ['acme/*', '!acme/secret']]);
  t.equal((await belfry.json<{ repos: string[] }>(['webhook', 'show', String(none)])).repos[0], '!acme/*');
  const [first, ...others] = stage.receiver.at('/all').map(one => Number(headerOf(one, 'X-Belfry-Sequence')));
  t.ok(first! > 0);
  for (const [at, later] of others.entries())
    t.ok(later > [first!, ...others][at]!, 'a number that only grows');
});

t.test('-o belfry.skip is noted and ignored, unless the setting allows it', async t => {
  const stage = await tower(t);
  const { repository, webhook, belfry } = stage;
  const push = listener(stage);
  const all = await webhook('/all', ['--all', '--name', 'audit']);
  await repository.commit();
  t.same(await push(['main'], ['belfry.skip']), { [all]: ['push refs/heads/main'] });
  const [line] = await belfry.json<{ id: string }[]>(['push', 'list']);
  const { notes } = await belfry.json<{ notes: string[] }>(['push', 'show', line!.id]);
  t.same(notes, ['belfry.skip is ignored: the setting push.skip is off']);
  const own = await webhook('/own', ['--repo', 'acme/app', '--name', 'CI']);
  await belfry.json(['config', 'set', 'push.skip', 'repository']);
  await repository.commit();
  t.same(await push(['main'], ['belfry.skip']), { [all]: ['push refs/heads/main'] });
  await belfry.json(['config', 'set', 'push.skip', 'all']);
  await repository.commit();
  t.same(await push(['main'], ['belfry.skip']), {});
  await repository.commit();
  t.same(await push(['main'], ['belfry.skip=audit']), { [own]: ['push refs/heads/main'] });
  const counts = (await belfry.json<{ deliveries: number }[]>(['push', 'list'])).map(one => one.deliveries);
  t.same(counts, [1, 0, 1, 1], 'a push that is skipped is recorded');
});
