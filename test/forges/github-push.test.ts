/** Golden cases of GitHub's push, create and delete. */
import t from 'tap';
import type { PushContent } from '../../src/forges/commit-list.ts';
import type { ForgeSource } from '../../src/forges/forge.ts';
import { githubPayload } from '../../src/forges/github/github-payload.ts';
import { sortedJson } from '../../src/gitee/json.ts';
import type { RefWord } from '../../src/model/names.ts';
import {
  A,
  B,
  C,
  commitB,
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
import { matches } from '../support/matches.ts';

/** As it arrives. */
function told(content: PushContent, word: RefWord | null = null, source: ForgeSource = SOURCE) {
  const payload = githubPayload(content, word, source)!;
  t.equal(payload.event, word ?? 'push');
  return JSON.parse(sortedJson(payload.body));
}

const idsIn = ({ commits }: { commits: { id: string }[] }) => commits.map(({ id }) => id);

t.test('a branch that moved on: the oldest commit first', async t => {
  const body = told(goldenPush());
  t.match(body, { ref: 'refs/heads/main', before: A, after: C, base_ref: null });
  t.match(body, {
    created: false,
    deleted: false,
    forced: false,
    compare: `${WEB}/acme/app/compare/${A}...${C}`,
  });
  t.strictSame(idsIn(body), [B, C]);
  t.strictSame(body.head_commit, body.commits[1]);
  t.strictSame(body.head_commit, {
    id: C,
    tree_id: 'e'.repeat(40),
    distinct: true,
    message: 'Fix\n\nlong',
    timestamp: '2026-01-01T07:58:20+08:00',
    url: `${WEB}/acme/app/commit/${C}`,
    author: { name: '李四', email: 'li-si@example.com', date: '2026-01-01T07:58:20+08:00' },
    committer: { name: '李四', email: 'li-si@example.com' },
    added: [],
    removed: [],
    modified: ['src/main.ts'],
  });
});

t.test('the repository in its form for pushes: two times are numbers, the URL is the page', async t => {
  const { repository } = told(goldenPush());
  const page = `${WEB}/acme/app`;
  t.match(repository, { created_at: 1704164645, pushed_at: 1767225600, updated_at: '2026-01-01T00:00:00Z' });
  t.match(repository, { url: page, html_url: page, svn_url: page, clone_url: `${page}.git` });
  t.match(repository, {
    ssh_url: 'git@git.example.com:acme/app.git',
    git_url: 'git://git.example.com/acme/app.git',
  });
  t.match(repository, { id: 7, node_id: 'MDEwOlJlcG9zaXRvcnk3', name: 'app', full_name: 'acme/app' });
  t.match(repository, { private: true, visibility: 'private', description: null, master_branch: 'main' });
  t.equal(repository.archive_url, `${WEB}/api/v3/repos/acme/app/{archive_format}{/ref}`);
});

t.test('people: the owner is the namespace, the pusher an account', async t => {
  const { repository, pusher, sender } = told(goldenPush());
  const { owner } = repository;
  t.match(owner, { id: 2, login: 'acme', name: 'acme', email: 'acme@example.com', type: 'Organization' });
  t.strictSame(pusher, { name: 'ada', email: 'ada@example.com' });
  t.equal(Object.keys(sender).length, 18);
  t.match(sender, {
    login: 'ada',
    id: 3,
    node_id: 'MDQ6VXNlcjM=',
    type: 'User',
    site_admin: false,
    gravatar_id: '',
  });
  t.equal(sender.url, `${WEB}/api/v3/users/ada`);
});

t.test('a branch at a commit that was there: no commits, and the branch that has it', async t => {
  const created = { ref: 'refs/heads/x', old: Z, total: 40 };
  const none = { fresh: { commits: [], total: 0 }, base: 'refs/heads/main' };
  const body = told(goldenPush(created, none));
  t.match(body, { before: Z, created: true, base_ref: 'refs/heads/main' });
  t.strictSame(body.commits, []);
  t.equal(body.head_commit.id, C);
  const { data } = goldenPush();
  const fresh = told(goldenPush(created, { fresh: { commits: data.commits!, total: 2 } }));
  t.strictSame([idsIn(fresh), fresh.base_ref], [[B, C], null], 'its own commits');
  const unknown = told(goldenPush(created));
  t.strictSame([unknown.commits, unknown.head_commit.id], [[], C], 'of an older event');
});

t.test('a branch that is gone', async t => {
  const body = told(goldenDeletion());
  t.match(body, { after: Z, deleted: true, created: false, forced: false });
  t.strictSame([body.commits, body.head_commit, body.base_ref], [[], null, null]);
});

t.test('a branch that was moved back', async t => {
  const back = { old: C, new: B, head: commitB, commits: [], total: 0, forced: true, removed: 1 };
  const body = told(goldenPush(back));
  t.match(body, { forced: true, after: B });
  t.strictSame([body.commits, body.head_commit.id], [[], B]);
});

t.test('a tag: its own object, and the commit that it leads to', async t => {
  const body = told(goldenTag());
  t.match(body, { ref: 'refs/tags/v1', before: Z, after: T, created: true });
  t.strictSame([body.commits, body.head_commit.id], [[], C]);
  t.equal(told(goldenTag({ head: null })).head_commit, null, 'of something that is no commit');
  t.match(told(goldenTag({ old: B, forced: true })), { created: false, forced: true, before: B, after: T });
});

t.test('create and delete: the short name, and the repository as in other events', async t => {
  const created = told(goldenTag(), 'create');
  t.match(created, {
    ref: 'v1',
    ref_type: 'tag',
    master_branch: 'main',
    description: null,
    pusher_type: 'user',
  });
  t.match(created.repository, { created_at: '2024-01-02T03:04:05Z', pushed_at: '2026-01-01T00:00:00Z' });
  t.equal(created.repository.url, `${WEB}/api/v3/repos/acme/app`);
  t.strictSame(Object.keys(created.repository.owner).length, 18);
  const gone = told(goldenDeletion('refs/heads/feature/x'), 'delete');
  t.strictSame(Object.keys(gone).sort(), ['pusher_type', 'ref', 'ref_type', 'repository', 'sender']);
  t.match(gone, { ref: 'feature/x', ref_type: 'branch' });
});

t.test('of 3,000 commits the newest 2,048, whose paths are those of all', async t => {
  const id = (n: number) => n.toString(16).padStart(40, '0');
  const commits = Array.from({ length: 3_000 }, (_, i) => ({
    ...goldenCommit(id(3_000 - i), id(2_999 - i), 'x', 3_000 - i),
    added: [`f${3_000 - i}`],
    removed: i === 2_999 ? ['old'] : [],
    modified: i === 2_998 ? ['f1'] : [],
  }));
  const body = told(goldenPush({ commits, total: 3_000, head: commits[0]! }));
  t.equal(body.commits.length, 2_048);
  t.strictSame([body.commits[0].id, body.commits.at(-1).id], [id(953), id(3_000)]);
  const paths = new Set(body.commits.flatMap(({ added }: { added: string[] }) => added));
  t.equal(paths.size, 3_000);
  const [oldest] = body.commits;
  t.strictSame([oldest.removed, oldest.modified], [['old'], []], 'each path once');
});

t.test('one commit is told of two: it has the paths of both', async t => {
  const rest = { added: ['b'], removed: [], modified: [] };
  const cut = ['Only 1 of 2 new commits are described: the push is too large.'];
  const one = { ...commitC, modified: ['c'] };
  const body = told(goldenPush({ commits: [one], total: 2, cut }, { rest }));
  matches(t, body.commits, [{ id: C, added: ['b'], modified: ['c'] }]);
});

t.test('the page is a clone URL, whatever the front end; links stay its own', async t => {
  const settings = { 'web.style': 'cgit' as const, 'web.url': `${WEB}/cgit`, 'clone.http': WEB };
  const body = told(goldenPush({}, {}, { settings }), null, { ...SOURCE, web: `${WEB}/cgit` });
  t.equal(body.repository.html_url, `${WEB}/acme/app`);
  t.equal(body.head_commit.url, `${WEB}/cgit/acme/app.git/commit/?id=${C}`);
  const clone = { http: 'https://mirror.example.com/srv/git', ssh: 'ssh://git@mirror.example.com:2222/' };
  const { repository } = told(goldenPush(), null, { ...SOURCE, clone });
  t.match(repository, {
    html_url: 'https://mirror.example.com/srv/git/acme/app',
    url: 'https://mirror.example.com/srv/git/acme/app',
    clone_url: 'https://mirror.example.com/srv/git/acme/app.git',
    ssh_url: 'ssh://git@mirror.example.com:2222/acme/app.git',
  });
});

t.test('a nested name: its namespace is the owner', async t => {
  const { repository } = told(goldenPush({}, {}, { fullName: 'acme/team/app' }));
  t.match(repository, { full_name: 'acme/team/app', name: 'app', owner: { login: 'acme/team', id: 2 } });
  t.equal(repository.owner.url, `${WEB}/api/v3/users/acme/team`);
});

t.test('a name without a namespace: the account that owns it', async t => {
  const { repository } = told(goldenPush({}, {}, { fullName: 'app' }));
  t.match(repository, { full_name: 'app', name: 'app', owner: { login: 'acme', type: 'User' } });
});

t.test('a message of a megabyte of newlines holds nobody up', async t => {
  const push = goldenPush();
  push.data.head_commit!.message = `a${'\n'.repeat(1_000_000)}x\n\n`;
  t.equal(told(push).head_commit.message.length, 1_000_002);
});
