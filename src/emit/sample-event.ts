/** Made-up issue, merge request and comment for `webhook test`: complete, and plainly a test. */

import type { EventContent } from '../gitee/event.ts';
import type { IssueObject } from '../gitee/issue.ts';
import type { PullRequest } from '../gitee/merge-request.ts';
import type { Enterprise, Repository } from '../gitee/repository.ts';
import { giteeTime } from '../gitee/time.ts';
import type { FullUser } from '../gitee/user.ts';
import type { RepositoryLinks } from '../model/links.ts';

export interface SampleSource {
  repository: Repository;
  enterprise: Enterprise | null;
  links: RepositoryLinks;
  actor: FullUser;
  /** A commit that both ends of the request stand at; a made-up one without it. */
  tip?: string | undefined;
  /** Milliseconds since 1970. */
  now: number;
  /** Offset of the server's own times. */
  offset: string;
}

export function sampleEvent(name: 'issue' | 'merge_request' | 'note', source: SampleSource): EventContent {
  switch (name) {
    case 'issue':
      return sampleIssue(source);
    case 'merge_request':
      return sampleMergeRequest(source);
    case 'note':
      return sampleNote(source);
  }
}

const FACTS = { recovered: false };

function common({ repository, enterprise, actor }: SampleSource) {
  return { enterprise, project: repository, push_data: null, repository, sender: actor } as const;
}

function issueOf({ links, actor, now, offset }: SampleSource): IssueObject {
  const at = giteeTime(now / 1_000, offset);
  return {
    assignee: null,
    body: 'belfry rings.',
    collaborators: [],
    comments: 0,
    created_at: at,
    html_url: links.issue('ITEST'),
    id: 1,
    labels: [],
    milestone: null,
    number: 'ITEST',
    state: 'open',
    state_name: '待办的',
    title: 'Test of a webhook',
    type_name: '任务',
    updated_at: at,
    user: actor,
  };
}

function sampleIssue(source: SampleSource): EventContent {
  const issue = issueOf(source);
  const data = {
    ...common(source),
    action: 'open' as const,
    assignee: null,
    description: issue.body,
    iid: issue.number,
    issue,
    milestone: null,
    state: 'open' as const,
    target_user: null,
    title: issue.title,
    updated_by: source.actor,
    url: issue.html_url,
    user: source.actor,
  };
  return { name: 'issue', data, facts: FACTS };
}

function pullRequestOf(source: SampleSource): PullRequest {
  const { repository, links, actor, now, offset, tip = '1'.repeat(40) } = source;
  const at = giteeTime(now / 1_000, offset);
  const page = links.foreignRequest(1);
  const side = (ref: string) => ({
    label: `${repository.namespace}:${ref}`,
    ref,
    repo: repository,
    sha: tip,
    user: actor,
  });
  return {
    additions: 1,
    assignee: null,
    assignees: [],
    base: side(repository.default_branch),
    body: 'belfry rings.',
    changed_files: 1,
    closed_at: null,
    comments: 0,
    commits: 1,
    created_at: at,
    deletions: 0,
    diff_url: links.mergeRequestDiff(1, tip, tip),
    head: side('test'),
    html_url: page,
    id: 1,
    issues: [],
    labels: [],
    languages: [],
    merge_commit_sha: null,
    merge_reference_name: 'refs/pull/1/MERGE',
    merge_status: 'unchecked',
    mergeable: true,
    merged: false,
    merged_at: null,
    milestone: null,
    need_review: false,
    need_test: false,
    number: 1,
    patch_url: links.mergeRequestPatch(1, tip, tip),
    stale_issues: [],
    stale_labels: [],
    state: 'open',
    tester: null,
    testers: [],
    title: 'Test of a webhook',
    updated_at: at,
    updated_by: actor,
    user: actor,
  };
}

function sampleMergeRequest(source: SampleSource): EventContent {
  const pull = pullRequestOf(source);
  const side = { project: source.repository, repository: source.repository };
  const data = {
    ...common(source),
    action: 'open' as const,
    action_desc: 'open',
    author: source.actor,
    body: pull.body,
    iid: pull.number,
    languages: [],
    merge_commit_sha: null,
    merge_status: pull.merge_status,
    number: pull.number,
    pull_request: pull,
    source_branch: 'test',
    source_repo: side,
    state: pull.state,
    target_branch: source.repository.default_branch,
    target_repo: side,
    target_user: null,
    title: pull.title,
    updated_by: source.actor,
    url: pull.html_url,
  };
  return { name: 'merge_request', data, facts: { ...FACTS, draft: false, inferred: false } };
}

function sampleNote(source: SampleSource): EventContent {
  const issue = issueOf(source);
  const page = `${issue.html_url}#note_1`;
  const at = issue.created_at;
  const data = {
    ...common(source),
    action: 'comment' as const,
    author: source.actor,
    comment: { body: issue.body, created_at: at, html_url: page, id: 1, updated_at: at, user: source.actor },
    issue,
    note: issue.body,
    noteable_id: issue.id,
    noteable_type: 'Issue' as const,
    per_iid: `#${issue.number}`,
    pull_request: null,
    short_commit_id: null,
    title: issue.title,
    url: page,
  };
  return { name: 'note', data, facts: FACTS };
}
