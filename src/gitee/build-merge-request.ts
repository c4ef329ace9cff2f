/** Builds the event of what happened to a merge request that came through Git (gitee-format.md §3.10, §3.11 and §6). */
import type { RepositoryLinks } from '../model/links.ts';
import type { MergeRequestRecord } from '../model/merge-request.ts';
import { mergeRef } from '../model/request-refs.ts';
import { type EventPlace, eventPlace } from './build-repository.ts';
import type { EventContent } from './event.ts';
import type { Branch, MergeRequest, MergeRequestFacts, PullRequest } from './merge-request.ts';
import type { Repository } from './repository.ts';
import { giteeTime } from './time.ts';
import type { FullUser } from './user.ts';

export interface MergeRequestSource extends EventPlace {
  links: RepositoryLinks;
  /** Who opened it, and who did what is announced now. */
  author: FullUser;
  actor: FullUser;
  /** Offset of the server's own times. */
  offset: string;
}

/** What happened, in Gitee's two words. An action that Gitee does not describe further is its own description (§12, D10). */
export interface MergeRequestAction {
  action: 'open' | 'update' | 'close' | 'reopen' | 'merge';
  description?: 'source_branch_changed';
}

export function buildMergeRequest(
  record: MergeRequestRecord,
  { action, description }: MergeRequestAction,
  source: MergeRequestSource,
  facts: Omit<MergeRequestFacts, 'draft'>,
): EventContent {
  const pull = buildPullRequest(record, source);
  const words = { action, action_desc: description ?? action };
  return mergeRequestEvent(pull, words, source, source.actor, { draft: record.draft, ...facts });
}

/** The event about a pull request, whose source is there. */
export function mergeRequestEvent(
  pull: PullRequest & { head: Branch },
  words: Pick<MergeRequest, 'action' | 'action_desc'>,
  place: EventPlace,
  actor: FullUser,
  facts: MergeRequestFacts,
): EventContent {
  const side = { project: place.repository, repository: place.repository };
  const data: MergeRequest = {
    ...eventPlace(place, actor),
    ...words,
    author: pull.user,
    body: pull.body,
    iid: pull.number,
    languages: pull.languages,
    merge_commit_sha: pull.merge_commit_sha,
    merge_status: pull.merge_status,
    number: pull.number,
    pull_request: pull,
    source_branch: pull.head.ref,
    source_repo: side,
    state: pull.state,
    target_branch: pull.base.ref,
    target_repo: side,
    target_user: null,
    title: pull.title,
    updated_by: actor,
    url: pull.html_url,
  };
  return { name: 'merge_request', data, facts };
}

/** The 38 keys. What a bare server does not have (labels, reviewers, milestones) has Gitee's value for "none". */
export function buildPullRequest(
  record: MergeRequestRecord,
  source: MergeRequestSource,
): PullRequest & { head: Branch } {
  const { links, author, actor, offset } = source;
  const time = (ms: number) => giteeTime(ms / 1_000, offset);
  const page = links.mergeRequest(record.number);
  return {
    additions: record.additions,
    assignee: null,
    assignees: [],
    base: branchOf(record.target, record.base, source.repository.owner, source.repository),
    body: record.body,
    changed_files: record.changed_files,
    closed_at: record.closed_at === null ? null : time(record.closed_at),
    comments: record.comments,
    commits: record.commits,
    created_at: time(record.created_at),
    deletions: record.deletions,
    diff_url: links.mergeRequestDiff(record.number, record.base, record.head),
    head: branchOf(sourceBranch(record), record.head, author, source.repository),
    html_url: page,
    id: record.id,
    issues: [],
    labels: [],
    languages: [],
    merge_commit_sha: record.merge_commit,
    merge_reference_name: mergeRef(record.number),
    merge_status: record.merge_status,
    mergeable: record.mergeable,
    merged: record.state === 'merged',
    merged_at: record.merged_at === null ? null : time(record.merged_at),
    milestone: null,
    need_review: false,
    need_test: false,
    number: record.number,
    patch_url: links.mergeRequestPatch(record.number, record.base, record.head),
    stale_issues: [],
    stale_labels: [],
    state: record.state === 'new' ? 'open' : record.state,
    tester: null,
    testers: [],
    title: record.title,
    updated_at: time(record.updated_at),
    updated_by: actor,
    user: author,
  };
}

/** The author's own branch is not known here: the topic stands for it, or what Git can fetch. */
function sourceBranch({ topic, number }: MergeRequestRecord): string {
  return topic === '' ? `pull/${number}/head` : topic;
}

/** The label is `<namespace display name>:<branch>` (gitee-format.md §3.11). */
export function branchOf(ref: string, sha: string, user: FullUser, repository: Repository): Branch {
  const namespace = repository.name_with_namespace.split('/').slice(0, -1).join('/');
  return { label: `${namespace || repository.owner.name}:${ref}`, ref, repo: repository, sha, user };
}
