/** Golden case 31, and the other events that Gitea has. */
import t from 'tap';
import { giteaPayload } from '../../src/forges/gitea-forgejo/gitea-payload.ts';
import type { EventContent } from '../../src/gitee/event.ts';
import { SOURCE } from '../support/golden-events.ts';
import {
  sampleId,
  sampleIssue,
  sampleIssueObject,
  sampleMergeRequest,
  sampleNote,
  sampleNotes,
  samplePullRequest,
  sampleUser,
} from '../support/sample-events.ts';

function sent(content: EventContent) {
  const payload = giteaPayload(content, null, SOURCE);
  if (payload === null) return null;
  // biome-ignore lint/suspicious/noExplicitAny: a receiver's view
  return { ...payload, body: payload.body as any };
}

/** Event, finer name and action. */
function said(content: EventContent) {
  const payload = sent(content);
  return payload && [payload.event, payload.type, payload.body.action];
}

const LABEL = { id: 5, name: 'bug', color: 'D9534F' };
const GITEA_LABEL = {
  ...LABEL,
  exclusive: false,
  is_archived: false,
  description: '',
  url: 'https://git.example.com/api/v1/repos/acme/app/labels/5',
};

t.test('what is said of a pull request (golden case 31)', async t => {
  const request = (changes: Parameters<typeof sampleMergeRequest>[0]) => said(sampleMergeRequest(changes));
  t.strictSame(request({ action: 'open' }), ['pull_request', 'pull_request', 'opened']);
  t.strictSame(request({ action: 'update', action_desc: 'source_branch_changed' }), [
    'pull_request',
    'pull_request_sync',
    'synchronized',
  ]);
  t.strictSame(request({ action: 'update', action_desc: 'update_label' }), [
    'pull_request',
    'pull_request_label',
    'label_updated',
  ]);
  t.strictSame(request({ action: 'update', action_desc: 'target_branch_changed' }), [
    'pull_request',
    'pull_request',
    'edited',
  ]);
  t.strictSame(request({ action: 'close' }), ['pull_request', 'pull_request', 'closed']);
  t.strictSame(request({ action: 'merge' }), ['pull_request', 'pull_request', 'closed']);
  t.strictSame(request({ action: 'reopen' }), ['pull_request', 'pull_request', 'reopened']);
  t.strictSame(request({ action: 'assign' }), ['pull_request', 'pull_request_assign', 'assigned']);
  for (const action of ['approved', 'tested', 'test'] as const) t.equal(request({ action }), null, action);
});

t.test('a pull request, every key', async t => {
  const pull_request = samplePullRequest(12, { labels: [LABEL], assignees: [sampleUser()], mergeable: null });
  const {
    pull_request: pull,
    repository,
    sender,
    ...rest
  } = sent(sampleMergeRequest({ pull_request }))!.body;
  t.strictSame(rest, { action: 'opened', number: 12, requested_reviewer: null, commit_id: '', review: null });
  t.equal(sender.login, 'zhang-san');
  const { user, assignee, assignees, base, head, ...values } = pull;
  t.equal(user.login, 'li-si');
  t.equal(assignee.full_name, '张三');
  t.strictSame(assignees, [assignee]);
  t.strictSame(base, { label: 'main', ref: 'main', sha: sampleId(1), repo_id: 14836026, repo: repository });
  t.strictSame(head, {
    label: 'feature/login',
    ref: 'feature/login',
    sha: sampleId(4),
    repo_id: 14836026,
    repo: repository,
  });
  t.strictSame(values, {
    id: 4731382,
    url: 'https://git.example.com/acme/app/pulls/12',
    number: 12,
    title: 'Let people log in with a key',
    body: 'Closes the gap.',
    labels: [GITEA_LABEL],
    milestone: null,
    requested_reviewers: [],
    state: 'open',
    draft: false,
    is_locked: false,
    comments: 0,
    additions: 10,
    deletions: 4,
    changed_files: 2,
    html_url: 'https://git.example.com/acme/app/pulls/12',
    diff_url: 'https://git.example.com/acme/app/pulls/12.diff',
    patch_url: 'https://git.example.com/acme/app/pulls/12.patch',
    mergeable: false,
    merged: false,
    merged_at: null,
    merge_commit_sha: null,
    merged_by: null,
    allow_maintainer_edit: false,
    merge_base: sampleId(1),
    due_date: null,
    created_at: '2026-11-23T08:08:32Z',
    updated_at: '2026-11-23T08:08:32Z',
    closed_at: null,
    pin_order: 0,
  });
});

t.test('a merged one is closed, and says by whom; a source that is gone has no repository', async t => {
  const merged_at = '2026-11-24T08:00:00+08:00';
  const pull_request = samplePullRequest(12, { state: 'merged', merged: true, merged_at, head: null });
  const { pull_request: pull } = sent(sampleMergeRequest({ action: 'merge', pull_request }))!.body;
  t.match(pull, {
    state: 'closed',
    merged: true,
    merged_at: '2026-11-24T00:00:00Z',
    closed_at: '2026-11-24T00:00:00Z',
  });
  t.match(pull, { merge_commit_sha: sampleId(9), merged_by: { login: 'zhang-san' }, assignee: null });
  t.strictSame(pull.head, { label: '', ref: '', sha: '', repo_id: 0, repo: null });
});

t.test('what is said of an issue', async t => {
  const issue = (changes: Parameters<typeof sampleIssue>[0]) => said(sampleIssue(changes));
  const became = (state: 'open' | 'progressing' | 'closed' | 'rejected') =>
    issue({ action: 'state_change', issue: sampleIssueObject('1', { state }) });
  t.strictSame(issue({ action: 'open' }), ['issues', 'issues', 'opened']);
  t.strictSame(issue({ action: 'assign' }), ['issues', 'issue_assign', 'assigned']);
  t.strictSame(issue({ action: 'add_label' }), ['issues', 'issue_label', 'label_updated']);
  t.equal(issue({ action: 'delete' }), null);
  t.strictSame(became('closed'), ['issues', 'issues', 'closed']);
  t.strictSame(became('rejected'), ['issues', 'issues', 'closed']);
  t.strictSame(became('open'), ['issues', 'issues', 'reopened']);
  t.strictSame(became('progressing'), ['issues', 'issues', 'edited']);
});

t.test('an issue, every key', async t => {
  const object = sampleIssueObject('APP-12', { id: 99, labels: [LABEL], state: 'rejected' });
  const { issue, repository, sender, ...rest } = sent(
    sampleIssue({ action: 'state_change', issue: object }),
  )!.body;
  t.strictSame(rest, { action: 'closed', number: 99, commit_id: '' });
  t.strictSame([repository.full_name, sender.login], ['acme/app', 'zhang-san']);
  const { user, ...values } = issue;
  t.equal(user.login, 'zhang-san');
  t.strictSame(values, {
    id: 99,
    url: 'https://git.example.com/api/v1/repos/acme/app/issues/99',
    html_url: 'https://git.example.com/acme/app/issues/APP-12',
    number: 99,
    original_author: '',
    original_author_id: 0,
    title: 'The bell does not ring',
    body: 'It stops after the second key.\r\n\r\nSteps: press twice.',
    ref: '',
    assets: [],
    labels: [GITEA_LABEL],
    milestone: null,
    assignee: null,
    assignees: [],
    state: 'closed',
    is_locked: false,
    comments: 0,
    created_at: '2026-11-23T08:08:32Z',
    updated_at: '2026-11-23T08:08:32Z',
    closed_at: '2026-11-23T08:08:32Z',
    due_date: null,
    pull_request: null,
    repository: { id: 14836026, name: 'app', owner: 'acme', full_name: 'acme/app' },
    pin_order: 0,
  });
});

t.test('comments on a pull request and on an issue; none on a commit or the repository', async t => {
  const [request, issue, commit, repository] = sampleNotes();
  t.strictSame(said(request!), ['issue_comment', 'pull_request_comment', 'created']);
  t.strictSame(said(issue!), ['issue_comment', 'issue_comment', 'created']);
  t.equal(sent(commit!), null);
  t.equal(sent(repository!), null);
  t.strictSame(said(sampleNote({ action: 'edited' })), ['issue_comment', 'pull_request_comment', 'edited']);
  t.strictSame(said(sampleNote({ action: 'deleted' })), ['issue_comment', 'pull_request_comment', 'deleted']);

  const onRequest = sent(request!)!.body;
  t.equal(onRequest.is_pull, true);
  t.strictSame(onRequest.issue.pull_request, {
    merged: false,
    merged_at: null,
    draft: false,
    html_url: 'https://git.example.com/acme/app/pulls/12',
  });
  const { user, ...comment } = onRequest.comment;
  t.equal(user.login, 'li-si');
  t.strictSame(comment, {
    id: 77,
    html_url: 'https://git.example.com/acme/app/pulls/12#note_77',
    pull_request_url: 'https://git.example.com/acme/app/pulls/12',
    issue_url: '',
    original_author: '',
    original_author_id: 0,
    body: 'Looks good to me, but the second key should ring too.',
    assets: [],
    created_at: '2026-11-23T08:08:32Z',
    updated_at: '2026-11-23T08:08:32Z',
  });

  const onIssue = sent(issue!)!.body;
  t.equal(onIssue.is_pull, false);
  t.equal(onIssue.issue.pull_request, null);
  t.strictSame(
    [onIssue.comment.pull_request_url, onIssue.comment.issue_url],
    ['', 'https://git.example.com/acme/app/issues/I4CYEO'],
  );
});

t.test('create and delete are words of pushes alone', async t => {
  for (const content of [sampleIssue(), sampleNote(), sampleMergeRequest()])
    for (const word of ['create', 'delete'] as const) t.equal(giteaPayload(content, word, SOURCE), null);
});
