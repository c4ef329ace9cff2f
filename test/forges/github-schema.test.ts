/** Every payload of the kind `github` is one that GitHub's published schema takes, to the last key. */
import t from 'tap';
import { githubPayload } from '../../src/forges/github/github-payload.ts';
import { pingEvent } from '../../src/forges/github/github-ping.ts';
import { speaks } from '../../src/forges/speaks.ts';
import type { EventContent } from '../../src/gitee/event.ts';
import type { RefWord } from '../../src/model/names.ts';
import { schemaProblems } from '../support/github-schema.ts';
import { B, C, goldenDeletion, goldenPush, goldenTag, SOURCE, Z } from '../support/golden-events.ts';
import {
  sampleId,
  sampleIssue,
  sampleIssueObject,
  sampleMergeRequest,
  sampleNotes,
  samplePullRequest,
  sampleUser,
} from '../support/sample-events.ts';

const LABEL = { id: 4, name: 'bug', color: 'ff0000' };
const MERGED = {
  state: 'merged',
  merged: true,
  merged_at: '2026-11-23T16:08:32+08:00',
  labels: [LABEL],
} as const;

const PUSHES = [
  goldenPush(),
  goldenPush({ ref: 'refs/heads/x', old: Z }, { base: 'refs/heads/main' }),
  goldenPush({ old: C, new: B, commits: [], total: 0, forced: true }),
  goldenPush({}, {}, { fullName: 'app' }),
  goldenPush({}, {}, { fullName: 'acme/team/app' }),
  goldenDeletion(),
  goldenTag(),
  goldenTag({ head: null }),
  goldenDeletion('refs/tags/v1'),
];
const REQUESTS = [
  sampleMergeRequest({ action: 'close', pull_request: samplePullRequest(12, { state: 'closed' }) }),
  ...(['open', 'update', 'reopen', 'assign', 'approved'] as const).map(action =>
    sampleMergeRequest({ action }),
  ),
  sampleMergeRequest({
    action: 'merge',
    pull_request: samplePullRequest(12, { ...MERGED, labels: [LABEL] }),
  }),
  sampleMergeRequest({
    action: 'assign',
    target_user: sampleUser(),
    pull_request: samplePullRequest(3, { assignees: [sampleUser()] }),
  }),
  sampleMergeRequest({
    action: 'update',
    action_desc: 'source_branch_changed',
    facts: { old_head: sampleId(3) },
  }),
  sampleMergeRequest({
    pull_request: samplePullRequest(12, { head: null, body: null, merge_commit_sha: null, mergeable: null }),
  }),
];
const ISSUES = [
  ...(['open', 'assign', 'delete', 'add_label'] as const).map(action => sampleIssue({ action })),
  ...(['open', 'progressing', 'closed', 'rejected'] as const).map(state =>
    sampleIssue({ action: 'state_change', issue: sampleIssueObject('APP-12', { state, body: '' }) }),
  ),
  sampleIssue({
    action: 'assign',
    target_user: sampleUser(),
    issue: sampleIssueObject('1', { assignee: sampleUser() }),
  }),
  sampleIssue({
    action: 'add_label',
    issue: sampleIssueObject('1', { labels: [LABEL], collaborators: [sampleUser()] }),
  }),
];
const NOTES = (['comment', 'edited', 'deleted'] as const).flatMap(action =>
  sampleNotes().map(note => ({ ...note, data: { ...note.data, action } }) as EventContent),
);

t.test('GitHub’s schema takes what is sent, and it is sent for what is spoken of', async t => {
  const seen = new Set<string>();
  for (const content of [...PUSHES, ...REQUESTS, ...ISSUES, ...NOTES])
    for (const word of [null, 'create', 'delete'] as (RefWord | null)[]) {
      const { name, data } = content;
      const what = `${name} ${'action' in data ? data.action : data.ref} ${word ?? ''}`;
      if (!speaks('github', content, word)) {
        if (word === null) t.equal(githubPayload(content, word, SOURCE), null, what);
        continue;
      }
      const payload = githubPayload(content, word, SOURCE)!;
      const { action = '' } = payload.body as { action?: string };
      seen.add(`${payload.event} ${action}`.trim());
      t.strictSame(schemaProblems(payload.event, payload.body), [], what);
    }
  t.strictSame([...seen].sort(), [
    'commit_comment created',
    'create',
    'delete',
    'issue_comment created',
    'issue_comment deleted',
    'issue_comment edited',
    'issues assigned',
    'issues closed',
    'issues deleted',
    'issues edited',
    'issues labeled',
    'issues opened',
    'issues reopened',
    'pull_request assigned',
    'pull_request closed',
    'pull_request edited',
    'pull_request opened',
    'pull_request reopened',
    'pull_request synchronize',
    'push',
  ]);
});

t.test('a ping too', async t => {
  const webhook = { ...SOURCE.webhook, shownUrl: 'https://ci.example.com/***' };
  t.strictSame(schemaProblems('ping', pingEvent(goldenPush(), { ...SOURCE, webhook }).body), []);
});

t.test('the schema finds what is wrong', async t => {
  const { body } = githubPayload(goldenPush(), null, SOURCE)!;
  t.match(schemaProblems('push', { ...(body as object), more: 1 })[0], /additional properties.*more/);
  t.match(schemaProblems('push', { ...(body as object), ref: null })[0], /\/ref must be string/);
});
