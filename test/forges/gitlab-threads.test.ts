/** Golden cases 25 and 26, and the other events that GitLab has. */
import t from 'tap';
import { gitlabPayload } from '../../src/forges/gitlab/gitlab-payload.ts';
import type { EventContent } from '../../src/gitee/event.ts';
import type { MergeRequest } from '../../src/gitee/merge-request.ts';
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

// biome-ignore lint/suspicious/noExplicitAny: a receiver's view
const body = (content: EventContent): any => gitlabPayload(content, null, SOURCE)?.body ?? null;
const request = (action: MergeRequest['action'], more: Parameters<typeof sampleMergeRequest>[0] = {}) =>
  body(sampleMergeRequest({ action, ...more }));

const LABEL = { id: 5, name: 'bug', color: 'D9534F' };
const HEX_LABEL = {
  id: 5,
  title: 'bug',
  color: '#D9534F',
  project_id: 14836026,
  created_at: null,
  updated_at: null,
  template: false,
  description: null,
  type: 'ProjectLabel',
  group_id: null,
};
const ZHANG = {
  id: 1535738,
  name: '张三',
  username: 'zhang-san',
  avatar_url: 'https://git.example.com/assets/no_portrait.png',
  email: 'zhang-san@example.com',
};

t.test('a merge request, every key', async t => {
  const pull_request = samplePullRequest(12, { labels: [LABEL], assignees: [sampleUser()] });
  const content = sampleMergeRequest({ pull_request });
  t.equal(gitlabPayload(content, null, SOURCE)!.event, 'Merge Request Hook');
  const { project, repository, object_attributes, ...rest } = body(content);
  t.strictSame(rest, {
    object_kind: 'merge_request',
    event_type: 'merge_request',
    user: ZHANG,
    labels: [HEX_LABEL],
    changes: {},
    assignees: [ZHANG],
    reviewers: [],
  });
  t.equal(project.path_with_namespace, 'acme/app');
  t.strictSame(repository, {
    name: 'app',
    url: 'git@git.example.com:acme/app.git',
    description: '',
    homepage: 'https://git.example.com/acme/app',
  });
  const { source, target, ...attributes } = object_attributes;
  t.strictSame(source, project);
  t.strictSame(target, project);
  t.strictSame(attributes, {
    id: 4731382,
    iid: 12,
    target_branch: 'main',
    source_branch: 'feature/login',
    source_project_id: 14836026,
    target_project_id: 14836026,
    author_id: 1535738,
    assignee_id: 1535738,
    assignee_ids: [1535738],
    reviewer_ids: [],
    title: 'Let people log in with a key',
    description: 'Closes the gap.',
    created_at: '2026-11-23T08:08:32Z',
    updated_at: '2026-11-23T08:08:32Z',
    last_edited_at: null,
    milestone_id: null,
    state: 'opened',
    state_id: 1,
    merge_status: 'can_be_merged',
    detailed_merge_status: 'mergeable',
    merge_commit_sha: null,
    draft: false,
    work_in_progress: false,
    blocking_discussions_resolved: true,
    url: 'https://git.example.com/acme/app/pulls/12',
    last_commit: {
      id: sampleId(4),
      message: 'Let people log in with a key\n',
      title: 'Let people log in with a key',
      timestamp: '2026-11-23T08:08:32Z',
      url: `https://git.example.com/acme/app/commit/${sampleId(4)}`,
      author: { name: '李四', email: 'li-si@example.com' },
    },
    labels: [HEX_LABEL],
    action: 'open',
  });
});

t.test(
  'moved code is an update with the old head; any other update has no key for it (golden case 25)',
  async t => {
    const moved = { action_desc: 'source_branch_changed', facts: { old_head: sampleId(3) } };
    const { object_attributes } = request('update', moved);
    t.match(object_attributes, { action: 'update', oldrev: sampleId(3), state: 'opened' });
    for (const other of [
      request('update', { action_desc: 'update_label', facts: { old_head: sampleId(3) } }),
      request('update', { action_desc: 'source_branch_changed' }),
      request('assign'),
    ]) {
      t.equal(other.object_attributes.action, 'update');
      t.notOk('oldrev' in other.object_attributes);
    }
  },
);

t.test('what becomes of a merge request', async t => {
  const closed = samplePullRequest(12, { state: 'closed' });
  const merged = samplePullRequest(12, { state: 'merged', merged: true, merge_status: 'can_be_resolve' });
  const close = request('close', { pull_request: closed }).object_attributes;
  t.match(close, { action: 'close', state: 'closed', state_id: 2, merge_commit_sha: null });
  const merge = request('merge', { pull_request: merged }).object_attributes;
  t.match(merge, { action: 'merge', state: 'merged', state_id: 3, merge_commit_sha: sampleId(9) });
  t.match(merge, { merge_status: 'cannot_be_merged', detailed_merge_status: 'unchecked' });
  t.equal(request('reopen').object_attributes.action, 'reopen');
  t.equal(request('approved').object_attributes.action, 'approved');
  t.equal(request('tested'), null);
  t.equal(request('test'), null);
});

t.test('the head says its own message and author where they are known', async t => {
  const head_commit = {
    message: 'Ring\n\nlouder\n',
    author: { name: 'Ada L.', email: 'ada@example.com' },
    seconds: 1_767_225_600,
    offset: '+0100',
  };
  const { last_commit } = request('open', { facts: { head_commit } }).object_attributes;
  t.match(last_commit, {
    message: 'Ring\n\nlouder\n',
    title: 'Ring',
    timestamp: '2026-01-01T01:00:00+01:00',
  });
  t.strictSame(last_commit.author, { name: 'Ada L.', email: 'ada@example.com' });
});

t.test('a draft, a source that is gone, and a viewer that is no forge', async t => {
  const draft = request('open', { facts: { draft: true } }).object_attributes;
  t.match(draft, { draft: true, work_in_progress: true });
  const gone = request('close', { pull_request: samplePullRequest(12, { head: null }) }).object_attributes;
  t.match(gone, { source: null, source_project_id: null, source_branch: '', last_commit: null });
  const page = 'https://git.example.com/cgit/acme/app.git/log/?h=refs/pull/12/head';
  const viewer = request('open', {
    pull_request: samplePullRequest(12, { html_url: page }),
  }).object_attributes;
  t.equal(viewer.last_commit.url, page);
});

t.test('an issue, every key', async t => {
  const issue = sampleIssueObject('12', { labels: [LABEL], assignee: sampleUser() });
  const content = sampleIssue({ issue });
  t.equal(gitlabPayload(content, null, SOURCE)!.event, 'Issue Hook');
  const { project, repository, ...rest } = body(content);
  t.equal(project.web_url, repository.homepage);
  t.strictSame(rest, {
    object_kind: 'issue',
    event_type: 'issue',
    user: ZHANG,
    object_attributes: {
      id: 7322928,
      iid: 12,
      project_id: 14836026,
      author_id: 1535738,
      assignee_ids: [1535738],
      title: 'The bell does not ring',
      description: 'It stops after the second key.\r\n\r\nSteps: press twice.',
      state: 'opened',
      state_id: 1,
      created_at: '2026-11-23T08:08:32Z',
      updated_at: '2026-11-23T08:08:32Z',
      closed_at: null,
      confidential: false,
      labels: [HEX_LABEL],
      url: 'https://git.example.com/acme/app/issues/12',
      type: 'Issue',
      action: 'open',
    },
    labels: [HEX_LABEL],
    changes: {},
    assignees: [ZHANG],
  });
});

t.test('what becomes of an issue', async t => {
  const told = (
    changes: Parameters<typeof sampleIssue>[0],
    state: 'open' | 'progressing' | 'closed' | 'rejected',
  ) => {
    const content = sampleIssue({ ...changes, issue: sampleIssueObject('APP-12', { state, id: 99 }) });
    const { action, state: shown, state_id, iid } = body(content)?.object_attributes ?? {};
    return [action, shown, state_id, iid];
  };
  t.strictSame(told({ action: 'state_change' }, 'closed'), ['close', 'closed', 2, 99]);
  t.strictSame(told({ action: 'state_change' }, 'rejected'), ['close', 'closed', 2, 99]);
  t.strictSame(told({ action: 'state_change' }, 'open'), ['reopen', 'opened', 1, 99]);
  t.strictSame(told({ action: 'state_change' }, 'progressing'), ['update', 'opened', 1, 99]);
  t.strictSame(told({ action: 'assign' }, 'open'), ['update', 'opened', 1, 99]);
  t.strictSame(told({ action: 'add_label' }, 'open'), ['update', 'opened', 1, 99]);
  t.equal(body(sampleIssue({ action: 'delete' })), null);
  const closed = sampleIssue({ action: 'state_change', issue: sampleIssueObject('1', { state: 'closed' }) });
  t.equal(body(closed).object_attributes.closed_at, '2026-11-23T08:08:32Z');
});

t.test('a comment on a merge request, every key', async t => {
  t.equal(gitlabPayload(sampleNote(), null, SOURCE)!.event, 'Note Hook');
  const { project, repository, merge_request, ...rest } = body(sampleNote());
  t.equal(project.web_url, repository.homepage);
  t.match(merge_request, { iid: 12, state: 'opened', source_branch: 'feature/login' });
  t.notOk('action' in merge_request);
  t.strictSame(rest, {
    object_kind: 'note',
    event_type: 'note',
    user: { ...ZHANG, name: '李四', username: 'li-si', email: 'li-si@example.com' },
    project_id: 14836026,
    object_attributes: {
      id: 77,
      note: 'Looks good to me, but the second key should ring too.',
      noteable_type: 'MergeRequest',
      noteable_id: 4731382,
      author_id: 1535738,
      project_id: 14836026,
      created_at: '2026-11-23T08:08:32Z',
      updated_at: '2026-11-23T08:08:32Z',
      attachment: null,
      line_code: null,
      commit_id: '',
      system: false,
      st_diff: null,
      action: 'create',
      url: 'https://git.example.com/acme/app/pulls/12#note_77',
    },
  });
});

t.test('comments on an issue, on a commit (golden case 26) and on the repository', async t => {
  const [, issue, commit, repository] = sampleNotes();
  t.match(body(issue!).object_attributes, { noteable_type: 'Issue', noteable_id: 7322928, commit_id: '' });
  t.match(body(issue!).issue, { id: 7322928, title: 'The bell does not ring' });
  t.notOk('action' in body(issue!).issue);

  const page = `https://git.example.com/acme/app/commit/${sampleId(4)}`;
  if (commit!.name !== 'note') throw new Error('wanted a comment');
  const data = {
    ...commit!.data,
    url: `${page}#note_77`,
    comment: { ...commit!.data.comment, commit_id: sampleId(4) },
  };
  const said = body({ ...commit!, data });
  t.match(said.object_attributes, { noteable_type: 'Commit', noteable_id: null, commit_id: sampleId(4) });
  t.strictSame(said.commit, {
    id: sampleId(4),
    message: '',
    title: '',
    timestamp: null,
    url: page,
    author: { name: '', email: '' },
  });
  t.equal(body(commit!).commit.id, '51b1acb', 'what is known of it');
  t.equal(body(repository!), null);
});

t.test('a comment that is changed is told, one that is deleted is not', async t => {
  t.equal(body(sampleNote({ action: 'edited' })).object_attributes.action, 'update');
  t.equal(body(sampleNote({ action: 'deleted' })), null);
});
