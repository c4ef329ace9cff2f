import t from 'tap';
import { sortedJson } from '../../src/gitee/json.ts';
import { trimEvent } from '../../src/messages/trim-event.ts';
import { matches } from '../support/matches.ts';
import { sampleCommit, samplePush, sampleTag } from '../support/sample-events.ts';

const trimData = (data: string) => trimEvent({ data, facts: '{}' }).data;

t.test('what is small stays as it is, byte for byte', async t => {
  const data = sortedJson(samplePush().data);
  t.equal(trimData(data), data);
});

t.test('of what is large only what a message can say is left', async t => {
  const message = `Subject\n${'🔔'.repeat(9_000)}`;
  const commit = { ...sampleCommit(1, message), added: Array(5_000).fill('a/path') };
  const commits = Array.from({ length: 90 }, () => commit);
  const { data } = samplePush({ commits, head_commit: commit, total_commits_count: 90 });
  const trimmed = JSON.parse(trimData(sortedJson(data)));
  t.equal(trimmed.commits.length, 10);
  matches(t, trimmed.commits[9], {
    message: /^Subject\n/,
    added: [],
    removed: [],
    modified: [],
    id: commit.id,
  });
  t.ok(trimmed.head_commit.message.length <= 1_000 && trimmed.head_commit.message.isWellFormed());
  t.match(trimmed, {
    total_commits_count: 90,

    repository: { full_name: data.repository.full_name },
  });
  t.ok(JSON.stringify(trimmed).length < 30_000);
});

t.test('a tag, a deleted branch: nothing is made up', async t => {
  const description = 'x'.repeat(20_000);
  const tag = sampleTag('v1').data;
  const long = { ...tag, repository: { ...tag.repository, description }, head_commit: null, commits: null };
  t.match(JSON.parse(trimData(sortedJson(long))), { commits: null, head_commit: null });
});

t.test('of facts what forges need goes, when it is large', async t => {
  const { facts } = samplePush();
  const commits = Array.from({ length: 90 }, (_, n) => sampleCommit(n, 'x'.repeat(500)));
  const large = JSON.stringify({ ...facts, fresh: { commits, total: 90 }, message: 'y' });
  t.strictSame(JSON.parse(trimEvent({ data: '{}', facts: large }).facts), facts);
  const small = JSON.stringify({ ...facts, message: 'y' });
  t.equal(trimEvent({ data: '{}', facts: small }).facts, small);
});
