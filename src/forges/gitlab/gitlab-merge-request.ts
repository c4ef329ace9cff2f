/** GitLab's merge request event, and what other events say of a merge request. */
import type { EventContent } from '../../gitee/event.ts';
import type { MergeRequest, MergeRequestFacts, PullRequest } from '../../gitee/merge-request.ts';
import type { Repository } from '../../gitee/repository.ts';
import { giteeTime } from '../../gitee/time.ts';
import type { ForgeSource } from '../forge.ts';
import { subject } from '../subject.ts';
import { utcTime } from '../utc-time.ts';
import { gitlabLabel, gitlabUser } from './gitlab-people.ts';
import { gitlabProject, gitlabRepository } from './gitlab-project.ts';

type Content = Extract<EventContent, { name: 'merge_request' }>;

/** Gitee's tests and testers are nothing that GitLab knows. */
const ACTIONS: Record<MergeRequest['action'], string | null> = {
  open: 'open',
  update: 'update',
  assign: 'update',
  close: 'close',
  merge: 'merge',
  reopen: 'reopen',
  approved: 'approved',
  tested: null,
  test: null,
};

const STATES = { open: 'opened', closed: 'closed', merged: 'merged' } as const;
const STATE_IDS = { open: 1, closed: 2, merged: 3 } as const;
const MERGE_STATUSES = {
  unchecked: 'unchecked',
  can_be_merged: 'can_be_merged',
  can_be_resolve: 'cannot_be_merged',
} as const;

export function gitlabMergeRequest({ data, facts }: Content, source: ForgeSource) {
  const action = ACTIONS[data.action];
  if (action === null) return null;
  const pull = data.pull_request;
  const project = gitlabProject(data.repository, source);
  const moved = data.action_desc === 'source_branch_changed' ? facts.old_head : undefined;
  return {
    object_kind: 'merge_request',
    event_type: 'merge_request',
    user: gitlabUser(data.sender),
    project,
    repository: gitlabRepository(project),
    object_attributes: {
      ...requestAttributes(pull, data.repository, facts, source),
      action,
      // Only there when the code has changed: receivers build then.
      ...(moved !== undefined && { oldrev: moved }),
    },
    labels: pull.labels.map(label => gitlabLabel(label, project.id)),
    changes: {},
    assignees: pull.assignees.map(gitlabUser),
    reviewers: [],
  };
}

/** @param repository the target's */
export function requestAttributes(
  pull: PullRequest,
  repository: Repository,
  facts: Partial<Pick<MergeRequestFacts, 'draft' | 'head_commit'>>,
  source: ForgeSource,
) {
  const { state, head, assignees } = pull;
  const draft = facts.draft ?? false;
  return {
    id: pull.id,
    iid: pull.number,
    target_branch: pull.base.ref,
    source_branch: head?.ref ?? '',
    source_project_id: head?.repo.id ?? null,
    target_project_id: repository.id,
    author_id: pull.user.id,
    assignee_id: assignees[0]?.id ?? null,
    assignee_ids: assignees.map(({ id }) => id),
    reviewer_ids: [],
    title: pull.title,
    description: pull.body ?? '',
    created_at: utcTime(pull.created_at),
    updated_at: utcTime(pull.updated_at),
    last_edited_at: null,
    milestone_id: null,
    state: STATES[state],
    state_id: STATE_IDS[state],
    merge_status: MERGE_STATUSES[pull.merge_status],
    detailed_merge_status: pull.merge_status === 'can_be_merged' ? 'mergeable' : 'unchecked',
    // Of a trial merge nothing is said: Jenkins would build it.
    merge_commit_sha: state === 'merged' ? pull.merge_commit_sha : null,
    draft,
    work_in_progress: draft,
    blocking_discussions_resolved: true,
    url: pull.html_url,
    source: head === null ? null : gitlabProject(head.repo, source),
    target: gitlabProject(repository, source),
    last_commit: head === null ? null : lastCommit(pull, head, facts.head_commit),
    labels: pull.labels.map(label => gitlabLabel(label, repository.id)),
  };
}

/** Receivers read its author without asking whether it is there: until it is known, the request's own stands for it. */
function lastCommit(
  pull: PullRequest,
  { sha, repo }: NonNullable<PullRequest['head']>,
  known: MergeRequestFacts['head_commit'],
) {
  const message = known?.message ?? `${pull.title}\n`;
  const { name, email } = known?.author ?? pull.user;
  return {
    id: sha,
    message,
    title: subject(message),
    timestamp:
      known === undefined ? utcTime(pull.updated_at) : giteeTime(known.seconds, known.offset ?? '+00:00'),
    url: commitPage(pull, repo, sha),
    author: { name, email },
  };
}

/** Where the front end is no forge, the request's page is the one that shows its head. */
function commitPage(
  { html_url: page }: PullRequest,
  { html_url: repository }: Repository,
  id: string,
): string {
  return page.startsWith(`${repository}/pulls/`) ? `${repository}/commit/${id}` : page;
}
