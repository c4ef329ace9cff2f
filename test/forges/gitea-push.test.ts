/** Golden cases 27 to 30 and 32 to 34 of the forges' payloads: Gitea, Forgejo and Gogs. */
import t from 'tap';
import type { PushContent } from '../../src/forges/commit-list.ts';
import { giteaPayload } from '../../src/forges/gitea-forgejo/gitea-payload.ts';
import { sortedJson } from '../../src/gitee/json.ts';
import {
  A,
  B,
  C,
  commitC,
  goldenDeletion,
  goldenPush,
  goldenTag,
  SOURCE,
  T,
  WEB,
  Z,
} from '../support/golden-events.ts';

type Word = Parameters<typeof giteaPayload>[1];

const sent = (content: PushContent, word: Word = null, source = SOURCE) => {
  const payload = giteaPayload(content, word, source);
  if (payload === null) return null;
  // biome-ignore lint/suspicious/noExplicitAny: a receiver's view
  const body: any = JSON.parse(sortedJson(payload.body));
  return { event: payload.event, type: payload.type, body };
};

function user(id: number, login: string, name: string) {
  return {
    id,
    login,
    login_name: '',
    source_id: 0,
    full_name: name,
    email: `${login}@example.com`,
    avatar_url: 'https://git.example.com/assets/no_portrait.png',
    html_url: `https://git.example.com/${login}`,
    language: '',
    is_admin: false,
    last_login: '0001-01-01T00:00:00Z',
    created: '0001-01-01T00:00:00Z',
    restricted: false,
    active: false,
    prohibit_login: false,
    location: '',
    website: '',
    description: '',
    visibility: 'public',
    followers_count: 0,
    following_count: 0,
    starred_repos_count: 0,
    username: login,
  };
}

const ADA = user(3, 'ada', 'Ada L.');

const REPOSITORY = {
  id: 7,
  owner: user(2, 'acme', 'acme'),
  name: 'app',
  full_name: 'acme/app',
  description: '',
  empty: false,
  private: true,
  fork: false,
  template: false,
  mirror: false,
  size: 0,
  language: '',
  languages_url: 'https://git.example.com/api/v1/repos/acme/app/languages',
  html_url: 'https://git.example.com/acme/app',
  url: 'https://git.example.com/api/v1/repos/acme/app',
  link: '',
  ssh_url: 'git@git.example.com:acme/app.git',
  clone_url: 'https://git.example.com/acme/app.git',
  original_url: '',
  website: '',
  stars_count: 0,
  forks_count: 0,
  watchers_count: 0,
  open_issues_count: 0,
  open_pr_counter: 0,
  release_counter: 0,
  default_branch: 'main',
  archived: false,
  created_at: '2024-01-02T03:04:05Z',
  updated_at: '2026-01-01T00:00:00Z',
  archived_at: '1970-01-01T00:00:00Z',
  permissions: { admin: false, push: false, pull: true },
  has_issues: false,
  has_wiki: false,
  has_pull_requests: false,
  has_projects: false,
  has_releases: false,
  has_packages: false,
  has_actions: false,
  ignore_whitespace_conflicts: false,
  allow_merge_commits: true,
  allow_rebase: true,
  allow_rebase_explicit: true,
  allow_squash_merge: true,
  default_merge_style: 'merge',
  avatar_url: '',
  internal: false,
  mirror_interval: '',
  object_format_name: 'sha1',
  mirror_updated: '0001-01-01T00:00:00Z',
  repo_transfer: null,
  topics: [],
  licenses: [],
};

const STRANGER = { name: '李四', email: 'li-si@example.com', username: '' };

const COMMIT_C = {
  id: C,
  message: 'Fix\n\nlong\n',
  url: `https://git.example.com/acme/app/commit/${C}`,
  author: STRANGER,
  committer: STRANGER,
  verification: null,
  timestamp: '2026-01-01T07:58:20+08:00',
  added: [],
  removed: [],
  modified: ['src/main.ts'],
};

t.test('a push, every key (golden case 27)', async t => {
  t.strictSame(sent(goldenPush()), {
    event: 'push',
    type: 'push',
    body: {
      ref: 'refs/heads/main',
      before: A,
      after: C,
      compare_url: `https://git.example.com/acme/app/compare/${A}...${C}`,
      commits: [
        COMMIT_C,
        {
          ...COMMIT_C,
          id: B,
          message: 'Add b\n',
          url: `https://git.example.com/acme/app/commit/${B}`,
          timestamp: '2026-01-01T07:56:40+08:00',
        },
      ],
      total_commits: 2,
      head_commit: COMMIT_C,
      repository: REPOSITORY,
      pusher: ADA,
      sender: ADA,
    },
  });
});

t.test('whose address belongs to an account has its user name', async t => {
  const content = goldenPush();
  const [newest, ...others] = content.data.commits!;
  const known = { ...newest!, author: { ...newest!.author, username: 'ada' } };
  const { body } = sent({ ...content, data: { ...content.data, commits: [known, ...others] } })!;
  t.strictSame([body.commits[0].author.username, body.commits[0].committer.username], ['ada', '']);
});

t.test('a deleted branch makes no push, only the word (golden cases 28 and 29)', async t => {
  t.equal(sent(goldenDeletion()), null);
  t.equal(sent(goldenDeletion(), 'create'), null);
  t.strictSame(sent(goldenDeletion(), 'delete'), {
    event: 'delete',
    type: 'delete',
    body: { ref: 'x', ref_type: 'branch', pusher_type: 'user', repository: REPOSITORY, sender: ADA },
  });
});

t.test('a tag is pushed without commits, and created (golden case 30)', async t => {
  const push = sent(goldenTag())!;
  t.strictSame([push.event, push.type], ['push', 'push']);
  const { ref, before, after, commits, total_commits, compare_url, head_commit } = push.body;
  t.strictSame([ref, before, after, commits, total_commits, compare_url], ['refs/tags/v1', Z, T, [], 0, '']);
  t.strictSame(head_commit, COMMIT_C);
  t.strictSame(sent(goldenTag(), 'create'), {
    event: 'create',
    type: 'create',
    body: { sha: T, ref: 'v1', ref_type: 'tag', repository: REPOSITORY, sender: ADA },
  });
  t.equal(sent(goldenTag(), 'delete'), null);
  t.equal(sent(goldenTag({ old: B, forced: true }), 'create'), null, 'a tag that moves is not created');
  t.strictSame(sent(goldenTag({ old: B, forced: true }))!.body.commits, []);
  t.equal(sent(goldenTag({ head: null }))!.body.head_commit, null, 'of something that is no commit');
});

t.test('a deleted tag is pushed and deleted (golden case 30)', async t => {
  const { body } = sent(goldenDeletion('refs/tags/v1'))!;
  t.strictSame([body.before, body.after, body.head_commit, body.commits], [T, Z, null, []]);
  t.match(sent(goldenDeletion('refs/tags/v1'), 'delete')!.body, { ref: 'v1', ref_type: 'tag' });
});

t.test('a new branch tells what it brought, and its creation its full tip', async t => {
  const created = { ref: 'refs/heads/feature/x', old: Z, total: 500 };
  const { commits } = goldenPush().data;
  const { body } = sent(goldenPush(created, { fresh: { commits: commits!, total: 2 } }))!;
  t.strictSame([body.before, body.total_commits, body.compare_url], [Z, 2, '']);
  t.strictSame(
    body.commits.map(({ id }: { id: string }) => id),
    [C, B],
  );
  t.match(sent(goldenPush(created), 'create')!.body, { sha: C, ref: 'feature/x', ref_type: 'branch' });
});

t.test('a repository of SHA-256 says so', async t => {
  const wide = goldenPush({ old: '1'.repeat(64), new: '2'.repeat(64) });
  t.equal(sent(wide)!.body.repository.object_format_name, 'sha256');
});

t.test(
  'the URLs that receivers compare are those of clones, whatever the front end (golden case 32)',
  async t => {
    const settings = { 'web.url': `${WEB}/cgit`, 'web.style': 'cgit' as const, 'clone.http': WEB };
    const { repository, commits } = sent(goldenPush({}, {}, { settings }), null, {
      ...SOURCE,
      web: `${WEB}/cgit`,
    })!.body;
    t.equal(repository.html_url, 'https://git.example.com/acme/app');
    t.equal(repository.clone_url, 'https://git.example.com/acme/app.git');
    t.equal(repository.url, 'https://git.example.com/cgit/api/v1/repos/acme/app');
    t.equal(commits[0].url, `https://git.example.com/cgit/acme/app.git/commit/?id=${C}`);
  },
);

t.test("a nested name: the owner's login and the name give the full name again (golden case 33)", async t => {
  const { repository } = sent(goldenPush({}, {}, { fullName: 'acme/team/app' }))!.body;
  t.strictSame(
    [repository.full_name, repository.owner.login, repository.name],
    ['acme/team/app', 'acme/team', 'app'],
  );
});

t.test('a name without a namespace belongs to the account that owns it', async t => {
  const { repository } = goldenPush().data;
  const bare = {
    ...repository,
    namespace: '',
    full_name: 'app',
    owner: { ...repository.owner, login: 'git' },
  };
  const content = goldenPush();
  const { body } = sent({ ...content, data: { ...content.data, repository: bare } })!;
  t.strictSame([body.repository.full_name, body.repository.owner.login], ['app', 'git']);
});

t.test('a message of odd characters comes back as it was (golden case 34)', async t => {
  const message = 'say "\\" \u2028 推送 \ud800\n';
  const { body } = sent(goldenPush({ commits: [{ ...commitC, message }], total: 1 }))!;
  t.equal(body.commits[0].message, 'say "\\" \u2028 推送 \ufffd\n');
});

t.test('a test is a push that moves nothing, with one commit', async t => {
  const { body } = sent(goldenPush(), null, { ...SOURCE, test: true })!;
  t.strictSame([body.before, body.after, body.compare_url, body.total_commits], [C, C, '', 1]);
  t.strictSame(body.commits, [COMMIT_C]);
  const tag = sent(goldenTag(), null, { ...SOURCE, test: true })!.body;
  t.strictSame([tag.before, tag.after, tag.commits], [Z, T, []], 'of a tag it is what its push is');
  const unread = sent(goldenPush({ head: null, commits: [], total: null }), null, {
    ...SOURCE,
    test: true,
  })!.body;
  t.strictSame([unread.before, unread.commits], [A, []], 'where nothing may be read');
});
