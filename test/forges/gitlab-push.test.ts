/** Golden cases 18 to 21, 24 and 32 to 34 of the forges' payloads: GitLab. */
import t from 'tap';
import type { PushContent } from '../../src/forges/commit-list.ts';
import { gitlabPayload } from '../../src/forges/gitlab/gitlab-payload.ts';
import { sortedJson } from '../../src/gitee/json.ts';
import {
  A,
  B,
  C,
  commitC,
  goldenCommit,
  goldenDeletion,
  goldenPush,
  goldenTag,
  SOURCE,
  T,
  WEB,
  Z,
} from '../support/golden-events.ts';

// biome-ignore lint/suspicious/noExplicitAny: a receiver's view
const sent = (content: PushContent, source = SOURCE): { event: string; body: any } => {
  const { event, body } = gitlabPayload(content, null, source)!;
  return { event, body: JSON.parse(sortedJson(body)) };
};

const PROJECT = {
  id: 7,
  name: 'app',
  description: '',
  web_url: 'https://git.example.com/acme/app',
  avatar_url: null,
  git_ssh_url: 'git@git.example.com:acme/app.git',
  git_http_url: 'https://git.example.com/acme/app.git',
  namespace: 'acme',
  visibility_level: 0,
  path_with_namespace: 'acme/app',
  default_branch: 'main',
  ci_config_path: null,
  homepage: 'https://git.example.com/acme/app',
  url: 'git@git.example.com:acme/app.git',
  ssh_url: 'git@git.example.com:acme/app.git',
  http_url: 'https://git.example.com/acme/app.git',
};

const COMMIT_C = {
  id: C,
  message: 'Fix\n\nlong\n',
  title: 'Fix',
  timestamp: '2026-01-01T07:58:20+08:00',
  url: `https://git.example.com/acme/app/commit/${C}`,
  author: { name: '李四', email: 'li-si@example.com' },
  added: [],
  modified: ['src/main.ts'],
  removed: [],
};

t.test('a push, every key (golden case 18)', async t => {
  const { event, body } = sent(goldenPush());
  t.equal(event, 'Push Hook');
  t.strictSame(body, {
    object_kind: 'push',
    event_name: 'push',
    before: A,
    after: C,
    ref: 'refs/heads/main',
    ref_protected: false,
    checkout_sha: C,
    message: null,
    user_id: 3,
    user_name: 'Ada L.',
    user_username: 'ada',
    user_email: 'ada@example.com',
    user_avatar: 'https://git.example.com/assets/no_portrait.png',
    project_id: 7,
    project: PROJECT,
    commits: [
      {
        ...COMMIT_C,
        id: B,
        message: 'Add b\n',
        title: 'Add b',
        timestamp: '2026-01-01T07:56:40+08:00',
        url: `https://git.example.com/acme/app/commit/${B}`,
      },
      COMMIT_C,
    ],
    total_commits_count: 2,
    push_options: {},
    repository: {
      name: 'app',
      url: 'git@git.example.com:acme/app.git',
      description: '',
      homepage: 'https://git.example.com/acme/app',
      git_http_url: 'https://git.example.com/acme/app.git',
      git_ssh_url: 'git@git.example.com:acme/app.git',
      visibility_level: 0,
    },
  });
});

t.test('a deleted branch (golden case 19)', async t => {
  const { event, body } = sent(goldenDeletion('refs/heads/main'));
  t.equal(event, 'Push Hook');
  const { before, after, checkout_sha, commits, total_commits_count, message } = body;
  t.strictSame(
    { before, after, checkout_sha, commits, total_commits_count, message },
    { before: C, after: Z, checkout_sha: null, commits: [], total_commits_count: 0, message: null },
  );
});

t.test('tags (golden case 20)', async t => {
  const annotated = sent(goldenTag());
  t.equal(annotated.event, 'Tag Push Hook');
  t.strictSame([annotated.body.object_kind, annotated.body.event_name], ['tag_push', 'tag_push']);
  t.strictSame([annotated.body.before, annotated.body.after, annotated.body.checkout_sha], [Z, T, C]);
  t.strictSame(annotated.body.commits, [COMMIT_C]);
  t.equal(annotated.body.total_commits_count, 1);
  t.equal(annotated.body.message, 'Release\n\nNotes\n');

  const older = sent({ ...goldenTag(), facts: { ...goldenTag().facts, message: undefined } } as PushContent);
  t.equal(older.body.message, 'Release', 'an event of before has only the first line');

  const light = sent(goldenTag({ new: C, tag: null })).body;
  t.strictSame([light.after, light.checkout_sha, light.message], [C, C, null]);

  const blob = sent(goldenTag({ head: null })).body;
  t.strictSame([blob.checkout_sha, blob.commits, blob.total_commits_count], [null, [], 0]);

  const moved = sent(goldenTag({ old: B, forced: true })).body;
  t.strictSame([moved.before, moved.after, moved.commits.length], [B, T, 1]);

  const gone = sent(goldenDeletion('refs/tags/v1'));
  t.equal(gone.event, 'Tag Push Hook');
  t.strictSame(
    [gone.body.before, gone.body.after, gone.body.checkout_sha, gone.body.commits, gone.body.message],
    [T, Z, null, [], null],
  );
});

t.test('a new branch counts what it brought', async t => {
  const created = { ref: 'refs/heads/x', old: Z, total: 500 };
  const unknown = sent(goldenPush(created)).body;
  t.strictSame([unknown.commits, unknown.total_commits_count, unknown.checkout_sha], [[], 0, C]);
  const { commits } = goldenPush().data;
  const { body } = sent(goldenPush(created, { fresh: { commits: commits!, total: 2 } }));
  t.strictSame([body.before, body.total_commits_count], [Z, 2]);
  t.strictSame(
    body.commits.map(({ id }: { id: string }) => id),
    [B, C],
  );
});

t.test('of 150 commits the newest 100, the oldest of them first (golden case 24)', async t => {
  const id = (n: number) => n.toString(16).padStart(40, '0');
  const all = Array.from({ length: 150 }, (_, n) =>
    goldenCommit(id(n + 1), id(n), `Change ${n + 1}\n`, 1_767_000_000 + n),
  ).reverse();
  const { body } = sent(goldenPush({ new: id(150), head: all[0]!, commits: all.slice(0, 100), total: 150 }));
  t.equal(body.total_commits_count, 150);
  t.equal(body.commits.length, 100);
  t.equal(body.commits[0].id, id(51));
  t.equal(body.commits.at(-1).id, id(150));
  t.equal(body.checkout_sha, id(150));
});

t.test(
  'the URLs that receivers compare are those of clones, whatever the front end (golden cases 21 and 32)',
  async t => {
    const settings = { 'web.url': `${WEB}/cgit`, 'web.style': 'cgit' as const, 'clone.http': WEB };
    const { body } = sent(goldenPush({}, {}, { settings }), { ...SOURCE, web: `${WEB}/cgit` });
    t.strictSame(body.project, PROJECT);
    t.equal(body.repository.homepage, 'https://git.example.com/acme/app');
    t.equal(body.commits[1].url, `https://git.example.com/cgit/acme/app.git/commit/?id=${C}`);
  },
);

t.test('a nested name (golden case 33)', async t => {
  const { project } = sent(goldenPush({}, {}, { fullName: 'acme/team/app' })).body;
  t.match(project, { name: 'app', namespace: 'acme/team', path_with_namespace: 'acme/team/app' });
  t.equal(project.web_url, 'https://git.example.com/acme/team/app');
});

t.test('a message of odd characters comes back as it was (golden case 34)', async t => {
  const message = 'say "\\" \u2028 推送 \ud800\n';
  const { body } = sent(goldenPush({ commits: [{ ...commitC, message }], total: 1 }));
  t.equal(body.commits[0].message, 'say "\\" \u2028 推送 \ufffd\n');
});

t.test('GitLab knows no create and no delete', async t => {
  for (const word of ['create', 'delete'] as const) {
    t.equal(gitlabPayload(goldenPush({ old: Z }), word, SOURCE), null);
    t.equal(gitlabPayload(goldenDeletion(), word, SOURCE), null);
  }
});
