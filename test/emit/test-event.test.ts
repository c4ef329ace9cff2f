import { join } from 'node:path';
import t, { type Test } from 'tap';
import { announce } from '../../src/announce/announce.ts';
import { testEvent } from '../../src/emit/test-event.ts';
import { eventContent } from '../../src/gitee/event-schema.ts';
import type { StoredEvent } from '../../src/model/event.ts';
import type { EventName } from '../../src/model/names.ts';
import { resolveSettings } from '../../src/settings/settings.ts';
import { NOW, register, sampleWebhook } from '../store/samples.ts';
import { openTestStore } from '../store/stage.ts';
import { gitRepository } from '../support/git-repository.ts';
import { matches } from '../support/matches.ts';

const settings = resolveSettings(new Map([['web.url', 'https://git.example.com']]), 'host');

async function stage(t: Test, scope?: string) {
  const dir = t.testdir({});
  const { store } = openTestStore(t, dir);
  await store.roots.add(join(dir, 'root'));
  const webhook = await store.webhooks.add(sampleWebhook(scope === undefined ? {} : { scope }), '', NOW);
  const make = (name: EventName, ref?: string) =>
    testEvent(webhook, name, ref, { store, settings, now: NOW });
  return { dir, store, make };
}

const open = ({ name, data, facts }: StoredEvent) =>
  eventContent.parse({ name, data: JSON.parse(data), facts: JSON.parse(facts) });

t.test('where no repository is known, one is made up, and each event is complete', async t => {
  const { store, make } = await stage(t);
  for (const name of ['push', 'tag_push', 'merge_request', 'issue', 'note'] as const) {
    const stored = await make(name);
    t.equal(open(stored).name, name);
    t.equal(stored.repository, 'belfry/test');
    t.strictSame([stored.path, stored.root], ['/belfry/test.git', '/']);
  }
  await t.rejects(make('push', 'refs/heads/main'), {
    code: 'not-found',
    message: 'Unknown ref refs/heads/main',
    hint: 'Wanted: a full ref name such as refs/heads/main.',
  });
  t.same(await store.users.list(), [], 'a test leaves no users behind');
});

t.test('of a real repository: its last commit, as if it were pushed now', async t => {
  const { dir, store, make } = await stage(t);
  const repository = await gitRepository(dir);
  const first = await repository.commit({ files: { a: '1' }, message: 'one\n' });
  const second = await repository.commit({ files: { a: '2' }, message: 'two\n' });
  await repository.push(['HEAD:refs/heads/main', 'HEAD:refs/tags/v1']);
  await register(store, repository.path, NOW);
  const push = open(await make('push'));
  matches(t, push, {
    name: 'push',
    data: {
      ref: 'refs/heads/main',
      before: first,
      after: second,
      commits: [{ id: second, message: 'two\n', modified: ['a'] }],
      total_commits_count: 1,
      repository: { full_name: 'acme/app', default_branch: 'main' },
      sender: { id: 1, login: 'acme' },
    },
  });
  t.match(open(await make('tag_push', 'refs/tags/v1')), {
    name: 'tag_push',
    data: { ref: 'refs/tags/v1', after: second, created: true, commits: null },
  });
  t.match(open(await make('tag_push')), { data: { ref: 'refs/tags/v1', after: second } });
  t.match(open(await make('issue')), { data: { repository: { full_name: 'acme/app' } } });
  t.match(open(await make('merge_request')), {
    data: { sender: { login: 'acme' }, pull_request: { head: { sha: second }, base: { sha: second } } },
  });
  await t.rejects(make('push', 'refs/heads/none'), {
    code: 'not-found',
    message: 'Unknown ref refs/heads/none in acme/app',
  });
  for (const nasty of ['--help', '-x', '..', 'refs/heads/main; id', '']) {
    await t.rejects(make('push', nasty), { code: 'not-found' }, nasty);
  }
});

t.test(
  'as the newest real push: its repository, its pusher, and authors as they were matched in it',
  async t => {
    const { dir, store, make } = await stage(t);
    const deps = { store, settings, now: () => NOW };
    for (const fullName of ['acme/app', 'zebra/lib']) {
      const repository = await gitRepository(dir, { fullName });
      const tip = await repository.commit({ message: 'one\n' });
      await repository.push(['HEAD:refs/heads/main']);
      const row = await register(store, repository.path, NOW);
      const author = (await repository.git('log', '-1', '--format=%ae')).trim();
      await store.users.ensure('wang-wu', { email: author }, NOW);
      await announce(
        {
          row,
          name: `push-${fullName}`,
          pushedAt: NOW,
          pusher: { login: 'li-si', name: '李四' },
          options: [],
          updates: [{ ref: 'refs/heads/main', old: '0'.repeat(40), new: tip }],
          recovered: false,
        },
        deps,
      );
    }
    const newest = (await store.deliveries.list({ limit: 1 }))[0]!;
    const real = JSON.parse((await store.deliveries.show(newest.id)).data);
    const test = open(await make('push')).data as typeof real;
    t.equal(test.repository.full_name, 'zebra/lib');
    t.strictSame(test.repository, real.repository);
    t.strictSame(test.sender, real.sender);
    t.equal(test.sender.login, 'li-si');
    t.strictSame(test.head_commit, real.head_commit);
    t.equal(test.head_commit.author.username, 'wang-wu');
    t.strictSame(Object.keys(test), Object.keys(real));

    const tag = open(await make('tag_push')).data as typeof real;
    t.match(tag, {
      ref: 'refs/tags/belfry-test',
      after: real.after,
      created: true,
      repository: { full_name: 'zebra/lib' },
    });
    t.strictSame(tag.head_commit, real.head_commit, 'there is no tag: one at the newest commit');
    const comment = open(await make('note')).data as typeof real;
    t.strictSame(comment.sender, real.sender);
  },
);

t.test('a repository without a commit is a real one all the same', async t => {
  const { dir, store, make } = await stage(t);
  const { path } = await gitRepository(dir);
  await register(store, path, NOW);
  for (const name of ['push', 'tag_push', 'merge_request', 'issue', 'note'] as const) {
    const stored = await make(name);
    t.equal(stored.repository, 'acme/app');
    t.match(open(stored).data, { sender: { id: 1, login: 'acme' } });
  }
});

t.test('a webhook of a company is tested with a repository of that company', async t => {
  const { dir, store, make } = await stage(t, 'company:zebra');
  for (const fullName of ['acme/app', 'zebra/app']) {
    const repository = await gitRepository(dir, { fullName });
    await repository.commit();
    await repository.push(['HEAD:refs/heads/main']);
    await register(store, repository.path, NOW);
  }
  t.equal((await make('push')).repository, 'zebra/app');
});
