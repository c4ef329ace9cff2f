/** Events as Gitee sends them, complete to the last key, for tests that change only what they are about. */

import type { EventContent } from '../../src/gitee/event.ts';
import type { Issue, IssueObject } from '../../src/gitee/issue.ts';
import type { Branch, MergeRequest, PullRequest } from '../../src/gitee/merge-request.ts';
import type { Note } from '../../src/gitee/note.ts';
import { toShortUser } from '../../src/gitee/person.ts';
import type { GiteeCommit, Push, PushFacts } from '../../src/gitee/push.ts';
import type { Repository } from '../../src/gitee/repository.ts';
import type { FullUser } from '../../src/gitee/user.ts';

export const WEB = 'https://git.example.com';
const ZERO = '0'.repeat(40);
const TIME = '2026-11-23T16:08:32+08:00';

/** An object id that begins with the number. */
export function sampleId(n: number): string {
  return n.toString(16).padStart(8, 'a1b2c3d4').padEnd(40, '0f9e8d7c');
}

export function sampleUser(name = '张三', login = 'zhang-san'): FullUser {
  return {
    avatar_url: `${WEB}/assets/no_portrait.png`,
    email: `${login}@example.com`,
    html_url: `${WEB}/${login}`,
    id: 1535738,
    login,
    name,
    remark: null,
    site_admin: false,
    type: 'User',
    url: `${WEB}/${login}`,
    user_name: login,
    username: login,
  };
}

export function sampleRepository(fullName = 'acme/app'): Repository {
  const html = `${WEB}/${fullName}`;
  const [namespace = '', path = ''] = fullName.split('/');
  return {
    clone_url: `${html}.git`,
    created_at: TIME,
    default_branch: 'main',
    description: '',
    fork: false,
    forks_count: 0,
    full_name: fullName,
    git_http_url: `${html}.git`,
    git_ssh_url: `git@git.example.com:${fullName}.git`,
    git_svn_url: `svn://git.example.com/${fullName}`,
    git_url: `git://git.example.com/${fullName}.git`,
    has_issues: true,
    has_pages: false,
    has_wiki: false,
    homepage: null,
    html_url: html,
    id: 14836026,
    language: null,
    license: null,
    name: path,
    name_with_namespace: fullName,
    namespace,
    open_issues_count: 0,
    owner: sampleUser(),
    path,
    path_with_namespace: fullName,
    private: true,
    pushed_at: TIME,
    ssh_url: `git@git.example.com:${fullName}.git`,
    stargazers_count: 0,
    svn_url: `svn://git.example.com/${fullName}`,
    updated_at: TIME,
    url: html,
    watchers_count: 0,
  };
}

export function sampleCommit(n: number, message = `Change number ${n}\n`, author = '李四'): GiteeCommit {
  const id = sampleId(n);
  const identity = {
    email: 'li-si@example.com',
    id: null,
    name: author,
    remark: null,
    time: TIME,
    url: null,
    user: null,
    user_name: null,
    username: null,
  };
  return {
    added: [],
    author: identity,
    committer: { ...identity, time: null },
    distinct: true,
    id,
    message,
    modified: ['src/main.ts'],
    parent_ids: [sampleId(n - 1)],
    removed: [],
    timestamp: TIME,
    tree_id: sampleId(n + 1000),
    url: `${WEB}/acme/app/commit/${id}`,
  };
}

type Changes = Partial<Push> & { facts?: Partial<PushFacts> };

function pushFacts(data: Push, changes: Partial<PushFacts>): PushFacts {
  const name = data.ref.replace(/^refs\/(heads|tags)\//, '');
  const ref_url = data.deleted
    ? null
    : `${data.repository.html_url}/tree/${encodeURIComponent(name.toWellFormed())}`;
  return { forced: false, removed: 0, tag: null, ref_url, cut: [], recovered: false, ...changes };
}

function pushData(changes: Partial<Push>): Push {
  const pusher = changes.sender ?? sampleUser();
  const repository = changes.repository ?? sampleRepository();
  const before = changes.before ?? sampleId(1);
  const after = changes.after ?? sampleId(4);
  return {
    after,
    before,
    commits: [sampleCommit(4), sampleCommit(3), sampleCommit(2)],
    commits_more_than_ten: false,
    compare: `${repository.html_url}/compare/${before}...${after}`,
    created: before === ZERO,
    deleted: after === ZERO,
    enterprise: { id: null, name: 'acme', url: `${WEB}/acme` },
    head_commit: after === ZERO ? null : sampleCommit(4),
    project: repository,
    push_data: null,
    pusher: toShortUser(pusher),
    ref: 'refs/heads/main',
    repository,
    sender: pusher,
    total_commits_count: 3,
    user: toShortUser(pusher),
    user_email: pusher.email,
    user_id: pusher.id,
    user_name: pusher.name,
    ...changes,
  };
}

export function samplePush({ facts = {}, ...changes }: Changes = {}): EventContent {
  const data = pushData(changes);
  return { name: 'push', data, facts: pushFacts(data, facts) };
}

export function sampleNewBranch(name: string, changes: Changes = {}): EventContent {
  const data = { before: ZERO, ref: `refs/heads/${name}`, commits: null, total_commits_count: 13 };
  return samplePush({ ...data, commits_more_than_ten: true, ...changes });
}

export function sampleDeletedBranch(name: string, changes: Changes = {}): EventContent {
  const data = { after: ZERO, ref: `refs/heads/${name}`, commits: [], total_commits_count: null };
  return samplePush({ ...data, commits_more_than_ten: null, ...changes });
}

export function sampleTag(name = 'v1.0', { facts = {}, ...changes }: Changes = {}): EventContent {
  const data = pushData({
    before: ZERO,
    ref: `refs/tags/${name}`,
    commits: null,
    total_commits_count: null,
    commits_more_than_ten: null,
    ...changes,
  });
  return { name: 'tag_push', data, facts: pushFacts(data, facts) };
}

export function samplePullRequest(number = 12, changes: Partial<PullRequest> = {}): PullRequest {
  const html = `${WEB}/acme/app/pulls/${number}`;
  const end = (ref: string, n: number): Branch => ({
    label: `acme:${ref}`,
    ref,
    repo: sampleRepository(),
    sha: sampleId(n),
    user: sampleUser(),
  });
  return {
    additions: 10,
    assignee: null,
    assignees: [],
    base: end('main', 1),
    body: 'Closes the gap.',
    changed_files: 2,
    closed_at: null,
    comments: 0,
    commits: 3,
    created_at: TIME,
    deletions: 4,
    diff_url: `${html}.diff`,
    head: end('feature/login', 4),
    html_url: html,
    id: 4731382,
    issues: [],
    labels: [],
    languages: [],
    merge_commit_sha: sampleId(9),
    merge_reference_name: `refs/pull/${number}/MERGE`,
    merge_status: 'can_be_merged',
    mergeable: true,
    merged: false,
    merged_at: null,
    milestone: null,
    need_review: false,
    need_test: false,
    number,
    patch_url: `${html}.patch`,
    stale_issues: [],
    stale_labels: [],
    state: 'open',
    tester: null,
    testers: [],
    title: 'Let people log in with a key',
    updated_at: TIME,
    updated_by: sampleUser(),
    user: sampleUser('李四', 'li-si'),
    ...changes,
  };
}

type RequestChanges = Partial<MergeRequest> & {
  facts?: Partial<Extract<EventContent, { name: 'merge_request' }>['facts']>;
};

export function sampleMergeRequest({ facts = {}, ...changes }: RequestChanges = {}): EventContent {
  const number = changes.number ?? 12;
  const pullRequest = samplePullRequest(number, changes.title === undefined ? {} : { title: changes.title });
  const repository = changes.repository ?? sampleRepository();
  const data: MergeRequest = {
    action: 'open',
    action_desc: changes.action ?? 'open',
    author: sampleUser('李四', 'li-si'),
    body: pullRequest.body,
    enterprise: null,
    iid: number,
    languages: [],
    merge_commit_sha: pullRequest.merge_commit_sha,
    merge_status: pullRequest.merge_status,
    number,
    project: repository,
    pull_request: pullRequest,
    push_data: null,
    repository,
    sender: sampleUser(),
    source_branch: 'feature/login',
    source_repo: { project: repository, repository },
    state: pullRequest.state,
    target_branch: 'main',
    target_repo: { project: repository, repository },
    target_user: null,
    title: pullRequest.title,
    updated_by: sampleUser(),
    url: pullRequest.html_url,
    ...changes,
  };
  return {
    name: 'merge_request',
    data,
    facts: { draft: false, inferred: false, recovered: false, ...facts },
  };
}

export function sampleIssueObject(number = 'I4CYEO', changes: Partial<IssueObject> = {}): IssueObject {
  return {
    assignee: null,
    body: 'It stops after the second key.\r\n\r\nSteps: press twice.',
    collaborators: [],
    comments: 0,
    created_at: TIME,
    html_url: `${WEB}/acme/app/issues/${number}`,
    id: 7322928,
    labels: [],
    milestone: null,
    number,
    state: 'open',
    state_name: '待办的',
    title: 'The bell does not ring',
    type_name: '缺陷',
    updated_at: TIME,
    user: sampleUser(),
    ...changes,
  };
}

export function sampleIssue(changes: Partial<Issue> = {}): EventContent {
  const object = changes.issue ?? sampleIssueObject(changes.iid);
  const repository = changes.repository ?? sampleRepository();
  const data: Issue = {
    action: 'open',
    assignee: object.assignee,
    description: object.body,
    enterprise: null,
    iid: object.number,
    issue: object,
    milestone: null,
    project: repository,
    push_data: null,
    repository,
    sender: sampleUser(),
    state: object.state === 'rejected' ? 'closed' : object.state,
    target_user: null,
    title: object.title,
    updated_by: sampleUser(),
    url: object.html_url,
    user: object.user,
    ...changes,
  };
  return { name: 'issue', data, facts: { recovered: false } };
}

export function sampleNote(changes: Partial<Note> = {}): EventContent {
  const pullRequest = samplePullRequest();
  const author = changes.author ?? sampleUser('李四', 'li-si');
  const body = changes.note ?? 'Looks good to me, but the second key should ring too.';
  const url = `${pullRequest.html_url}#note_77`;
  const repository = changes.repository ?? sampleRepository();
  const data: Note = {
    action: 'comment',
    author,
    comment: { body, created_at: TIME, html_url: url, id: 77, updated_at: TIME, user: author },
    issue: null,
    enterprise: null,
    note: body,
    noteable_id: pullRequest.id,
    noteable_type: 'PullRequest',
    per_iid: `!${pullRequest.number}`,
    project: repository,
    pull_request: pullRequest,
    push_data: null,
    repository,
    sender: author,
    short_commit_id: null,
    title: pullRequest.title,
    url,
    ...changes,
  };
  return { name: 'note', data, facts: { recovered: false } };
}

/** A comment on an issue, on a commit and on the repository. */
export function sampleNotes(): EventContent[] {
  const issue = sampleIssueObject();
  const none = { pull_request: null, noteable_id: null, per_iid: null, title: null };
  return [
    sampleNote(),
    sampleNote({
      ...none,
      issue,
      noteable_type: 'Issue',
      noteable_id: issue.id,
      per_iid: `#${issue.number}`,
      title: issue.title,
      url: `${issue.html_url}#note_78`,
    }),
    sampleNote({ ...none, noteable_type: 'Commit', short_commit_id: '51b1acb' }),
    sampleNote({ ...none, noteable_type: 'Comment' }),
  ];
}
