/** Gitea's event about a pull request. */
import type { EventContent } from '../../gitee/event.ts';
import type { Branch, MergeRequest, PullRequest } from '../../gitee/merge-request.ts';
import type { ForgePayload, ForgeSource } from '../forge.ts';
import { utcTime } from '../utc-time.ts';
import { giteaLabel, giteaUser } from './gitea-people.ts';
import { giteaApi, giteaRepository } from './gitea-repository.ts';

type Content = Extract<EventContent, { name: 'merge_request' }>;

/** The action, and the finer name of the event in `X-Gitea-Event-Type`. */
type Action = readonly [action: string, type: string];

const ACTIONS: Record<MergeRequest['action'], Action | null> = {
  open: ['opened', 'pull_request'],
  update: ['edited', 'pull_request'],
  close: ['closed', 'pull_request'],
  merge: ['closed', 'pull_request'],
  reopen: ['reopened', 'pull_request'],
  assign: ['assigned', 'pull_request_assign'],
  approved: null,
  tested: null,
  test: null,
};

/** What an update changed (gitee-format.md §6). */
const UPDATES: Partial<Record<string, Action>> = {
  source_branch_changed: ['synchronized', 'pull_request_sync'],
  update_label: ['label_updated', 'pull_request_label'],
};

export function pullRequestEvent({ data, facts }: Content, source: ForgeSource): ForgePayload | null {
  const update = data.action === 'update' ? UPDATES[data.action_desc] : undefined;
  const said = update ?? ACTIONS[data.action];
  if (said === null) return null;
  const [action, type] = said;
  const pull = data.pull_request;
  const body = {
    action,
    number: pull.number,
    pull_request: pullRequest(pull, facts.draft, data.updated_by, source),
    requested_reviewer: null,
    repository: giteaRepository(data.repository, source, pull.base.sha),
    sender: giteaUser(data.sender),
    commit_id: '',
    review: null,
  };
  return { event: 'pull_request', type, body };
}

/** @param actor who changed it last: of a merged one, who merged it */
function pullRequest(
  pull: PullRequest,
  draft: boolean,
  actor: MergeRequest['updated_by'],
  source: ForgeSource,
) {
  const api = giteaApi(pull.base.repo, source);
  const assignees = pull.assignees.map(giteaUser);
  return {
    id: pull.id,
    url: pull.html_url,
    number: pull.number,
    user: giteaUser(pull.user),
    title: pull.title,
    body: pull.body ?? '',
    labels: pull.labels.map(label => giteaLabel(label, api)),
    milestone: null,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: [],
    state: pull.state === 'open' ? 'open' : 'closed',
    draft,
    is_locked: false,
    comments: pull.comments,
    additions: pull.additions,
    deletions: pull.deletions,
    changed_files: pull.changed_files,
    html_url: pull.html_url,
    diff_url: pull.diff_url,
    patch_url: pull.patch_url,
    mergeable: pull.mergeable ?? false,
    merged: pull.merged,
    merged_at: utcTime(pull.merged_at),
    merge_commit_sha: pull.merged ? pull.merge_commit_sha : null,
    merged_by: pull.merged ? giteaUser(actor) : null,
    allow_maintainer_edit: false,
    base: branch(pull.base, source),
    head: pull.head === null ? GONE : branch(pull.head, source),
    merge_base: pull.base.sha,
    due_date: null,
    created_at: utcTime(pull.created_at),
    updated_at: utcTime(pull.updated_at),
    closed_at: utcTime(pull.closed_at ?? pull.merged_at),
    pin_order: 0,
  };
}

function branch({ ref, sha, repo }: Branch, source: ForgeSource) {
  return { label: ref, ref, sha, repo_id: repo.id, repo: giteaRepository(repo, source, sha) };
}

/** Of a source that is gone. */
const GONE = { label: '', ref: '', sha: '', repo_id: 0, repo: null };
