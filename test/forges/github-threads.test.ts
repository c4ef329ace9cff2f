/** GitHub's events about pull requests, issues and comments. */
import t from 'tap';
import { githubPayload } from '../../src/forges/github/github-payload.ts';
import type { EventContent } from '../../src/gitee/event.ts';
import { sortedJson } from '../../src/gitee/json.ts';
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

/** As it arrives, and the event that it is. */
function told(content: EventContent) {
  const payload = githubPayload(content, null, SOURCE)!;
  return { is: payload.event, ...JSON.parse(sortedJson(payload.body)) };
}

const WEB = 'https://git.example.com';
const API = `${WEB}/api/v3/repos/acme/app`;
const ACTIONS: [action: MergeRequest['action'], desc: string, said: string][] = [
  ['open', 'open', 'opened'],
  ['update', 'update_label', 'edited'],
  ['update', 'update_title', 'edited'],
  ['update', 'source_branch_changed', 'synchronize'],
  ['close', 'close', 'closed'],
  ['merge', 'merge', 'closed'],
  ['reopen', 'reopen', 'reopened'],
];

t.test('a pull request by what was done to it', async t => {
  for (const [action, action_desc, said] of ACTIONS) {
    const facts = { old_head: sampleId(3) };
    const body = told(sampleMergeRequest({ action, action_desc, facts }));
    t.match(body, { is: 'pull_request', action: said, number: 12 }, action_desc);
    t.strictSame(body.changes, said === 'edited' ? {} : undefined, action_desc);
    const moved = [body.before, body.after];
    t.strictSame(moved, said === 'synchronize' ? [sampleId(3), sampleId(4)] : [undefined, undefined]);
  }
  const unknown = told(sampleMergeRequest({ action: 'update', action_desc: 'source_branch_changed' }));
  t.match(unknown, { action: 'edited', before: undefined }, 'without the old head');
  for (const action of ['approved', 'tested', 'test'] as const)
    t.equal(githubPayload(sampleMergeRequest({ action }), null, SOURCE), null, action);
});

t.test('who it was given to', async t => {
  const target_user = sampleUser('Ada', 'ada');
  const body = told(sampleMergeRequest({ action: 'assign', target_user }));
  t.match(body, { action: 'assigned', assignee: { login: 'ada' } });
  t.match(
    told(sampleMergeRequest({ action: 'assign' })),
    { action: 'edited', changes: {} },
    'nobody is named',
  );
});

t.test('a merged one is closed, and says when and by whom', async t => {
  const merged_at = '2026-11-23T16:08:32+08:00';
  const pull_request = samplePullRequest(12, { state: 'merged', merged: true, merged_at });
  const updated_by = sampleUser('Ada', 'ada');
  const pull = told(sampleMergeRequest({ action: 'merge', pull_request, updated_by })).pull_request;
  t.match(pull, { state: 'closed', merged: true, merged_by: { login: 'ada' } });
  t.match(pull, { closed_at: '2026-11-23T08:08:32Z', merged_at: '2026-11-23T08:08:32Z' });
  const open = told(sampleMergeRequest()).pull_request;
  t.strictSame([open.state, open.closed_at, open.merged_at, open.merged_by], ['open', null, null, null]);
});

t.test('both ends, and its addresses', async t => {
  const pull = told(sampleMergeRequest({ facts: { draft: true } })).pull_request;
  t.match(pull.head, { label: 'acme:feature/login', ref: 'feature/login', sha: sampleId(4) });
  t.match(pull.base, { label: 'acme:main', ref: 'main', sha: sampleId(1), repo: { full_name: 'acme/app' } });
  t.match(pull, { draft: true, url: `${API}/pulls/12`, html_url: `${WEB}/acme/app/pulls/12` });
  t.strictSame(pull._links.statuses, { href: `${API}/statuses/${sampleId(4)}` });
  t.strictSame(pull._links.review_comment, { href: `${API}/pulls/comments{/number}` });
  const gone = samplePullRequest(12, { head: null });
  const head = told(sampleMergeRequest({ pull_request: gone, source_branch: 'x' })).pull_request.head;
  t.match(head, { ref: 'x', label: 'li-si:x', sha: '0'.repeat(40) });
  t.equal(head.repo, null);
});

t.test('an issue of a tracker whose numbers are no numbers', async t => {
  const issue = sampleIssueObject('APP-12', { id: 99, html_url: `${WEB}/issues/APP-12` });
  const body = told(sampleIssue({ issue, iid: 'APP-12' }));
  t.match(body, { is: 'issues', action: 'opened' });
  t.match(body.issue, { number: 99, id: 99, title: issue.title, html_url: `${WEB}/issues/APP-12` });
  t.match(body.issue, { state: 'open', url: `${API}/issues/99` });
  t.equal(body.issue.closed_at, null);
});

t.test('an issue by what was done to it', async t => {
  const label = { id: 4, name: 'needs 复核', color: 'ff0000' };
  const rows: [changes: Parameters<typeof sampleIssue>[0], said: object][] = [
    [{ action: 'state_change', issue: sampleIssueObject('1', { state: 'closed' }) }, { action: 'closed' }],
    [{ action: 'state_change', issue: sampleIssueObject('1', { state: 'rejected' }) }, { action: 'closed' }],
    [{ action: 'state_change', issue: sampleIssueObject('1', { state: 'open' }) }, { action: 'reopened' }],
    [
      { action: 'state_change', issue: sampleIssueObject('1', { state: 'progressing' }) },
      { action: 'edited', changes: {} },
    ],
    [
      { action: 'assign', target_user: sampleUser('Ada', 'ada') },
      { action: 'assigned', assignee: { login: 'ada' } },
    ],
    [{ action: 'assign' }, { action: 'edited', changes: {} }],
    [
      { action: 'add_label', issue: sampleIssueObject('1', { labels: [label] }) },
      { action: 'labeled', label: { id: 4 } },
    ],
    [{ action: 'delete' }, { action: 'deleted' }],
  ];
  for (const [changes, said] of rows) t.match(told(sampleIssue(changes)), said, JSON.stringify(said));
  const closed = told(
    sampleIssue({ action: 'state_change', issue: sampleIssueObject('1', { state: 'closed' }) }),
  );
  t.match(closed.issue, { state: 'closed', closed_at: '2026-11-23T08:08:32Z' });
  const labeled = told(
    sampleIssue({ action: 'add_label', issue: sampleIssueObject('1', { labels: [label] }) }),
  );
  t.strictSame(labeled.label, {
    id: 4,
    node_id: 'MDU6TGFiZWw0',
    url: `${API}/labels/needs%20%E5%A4%8D%E6%A0%B8`,
    name: 'needs 复核',
    color: 'ff0000',
    default: false,
    description: null,
  });
});

t.test('comments: a pull request is an issue too, a commit has its own event', async t => {
  const [onRequest, onIssue, onCommit, onRepository] = sampleNotes();
  const request = told(onRequest!);
  t.match(request, { is: 'issue_comment', action: 'created', issue: { number: 12 } });
  t.strictSame(request.issue.pull_request, {
    url: `${API}/pulls/12`,
    html_url: `${WEB}/acme/app/pulls/12`,
    diff_url: `${WEB}/acme/app/pulls/12.diff`,
    patch_url: `${WEB}/acme/app/pulls/12.patch`,
  });
  t.match(request.comment, { id: 77, issue_url: `${API}/issues/12`, author_association: 'NONE' });
  const issue = told(onIssue!);
  t.match(issue, { is: 'issue_comment', action: 'created' });
  t.notOk('pull_request' in issue.issue);
  const later = (content: EventContent, action: 'edited' | 'deleted') =>
    githubPayload(
      sampleNote({ ...(content as Extract<EventContent, { name: 'note' }>).data, action }),
      null,
      SOURCE,
    )?.body ?? null;
  t.match(later(onIssue!, 'edited'), { action: 'edited', changes: {} });
  t.match(later(onIssue!, 'deleted'), { action: 'deleted' });
  const commit = told(onCommit!);
  t.match(commit, { is: 'commit_comment', action: 'created', comment: { commit_id: '51b1acb' } });
  t.strictSame([commit.comment.path, commit.comment.line, commit.comment.position], [null, null, null]);
  t.strictSame([later(onCommit!, 'edited'), later(onCommit!, 'deleted')], [null, null]);
  t.equal(githubPayload(onRepository!, null, SOURCE), null);
});
