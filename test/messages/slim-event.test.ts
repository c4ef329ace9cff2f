import t from 'tap';
import { sortedJson } from '../../src/gitee/json.ts';
import { slimEvent } from '../../src/messages/slim-event.ts';
import { sampleCommit, samplePush, sampleTag } from '../support/sample-events.ts';

t.test('what is small stays as it is, byte for byte', async t => {
  const data = sortedJson(samplePush().data);
  t.equal(slimEvent(data), data);
});

t.test('of what is large only what a message can say is left', async t => {
  const message = `Subject\n${'🔔'.repeat(9_000)}`;
  const commit = { ...sampleCommit(1, message), added: Array(5_000).fill('a/path') };
  const commits = Array.from({ length: 90 }, () => commit);
  const { data } = samplePush({ commits, head_commit: commit, total_commits_count: 90 });
  const slim = JSON.parse(slimEvent(sortedJson(data)));
  t.equal(slim.commits.length, 10);
  t.match(slim.commits[9], { message: /^Subject\n/, added: [], removed: [], modified: [], id: commit.id });
  t.ok(slim.head_commit.message.length <= 1_000 && slim.head_commit.message.isWellFormed());
  t.match(slim, {
    total_commits_count: 90,

    repository: { full_name: data.repository.full_name },
  });
  t.ok(JSON.stringify(slim).length < 30_000);
});

t.test('a tag, a deleted branch: nothing is made up', async t => {
  const description = 'x'.repeat(20_000);
  const tag = sampleTag('v1').data;
  const long = { ...tag, repository: { ...tag.repository, description }, head_commit: null, commits: null };
  t.match(JSON.parse(slimEvent(sortedJson(long))), { commits: null, head_commit: null });
});
