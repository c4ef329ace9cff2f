/** GitHub's event about a pull request. */
import type { EventContent } from '../../gitee/event.ts';
import type { Branch, MergeRequest, PullRequest } from '../../gitee/merge-request.ts';
import type { FullUser } from '../../gitee/user.ts';
import type { ForgePayload, ForgeSource } from '../forge.ts';
import { utcTime } from '../utc-time.ts';
import { nodeId, repositoryApi } from './github-api.ts';
import { githubOwner, githubRepository } from './github-repository.ts';
import { githubLabel, githubUser } from './github-user.ts';

type Content = Extract<EventContent, { name: 'merge_request' }>;

const ACTIONS: Record<MergeRequest['action'], string | null> = {
  open: 'opened',
  update: 'edited',
  close: 'closed',
  merge: 'closed',
  reopen: 'reopened',
  assign: 'assigned',
  approved: null,
  tested: null,
  test: null,
};

export function pullRequestEvent({ data, facts }: Content, source: ForgeSource): ForgePayload | null {
  const action = ACTIONS[data.action];
  if (action === null) return null;
  const { pull_request: pull } = data;
  const body = {
    ...{ action, ...beside(action, data, facts.old_head, source) },
    number: pull.number,
    pull_request: pullRequest(pull, facts.draft, data, source),
    repository: githubRepository(data.repository, source),
    sender: githubUser(data.sender, source),
  };
  return { event: 'pull_request', body };
}

/** What an action adds, and where that is not known the action that says less. */
function beside(
  action: string,
  data: MergeRequest,
  oldHead: string | undefined,
  source: ForgeSource,
): object {
  const { pull_request: pull } = data;
  const edited = { action: 'edited', changes: {} };
  if (action === 'assigned') {
    const assignee = data.target_user ?? pull.assignees.at(-1);
    return assignee === undefined ? edited : { assignee: githubUser(assignee, source) };
  }
  if (action !== 'edited') return {};
  const { head } = pull;
  if (data.action_desc !== 'source_branch_changed' || head === null || oldHead === undefined) return edited;
  return { action: 'synchronize', before: oldHead, after: head.sha };
}

function pullRequest(pull: PullRequest, draft: boolean, data: MergeRequest, source: ForgeSource) {
  const { id, number, merged } = pull;
  const api = repositoryApi(pull.base.repo, source);
  const head = pull.head === null ? goneHead(data, source) : endOf(pull.head, source);
  const links = linksOf(api, number, head.sha);
  const { html_url, diff_url, patch_url } = pull;
  const people = pull.assignees.map(user => githubUser(user, source));
  return {
    ...{ id, node_id: nodeId('PullRequest', id), number, title: pull.title, body: pull.body || null },
    ...{ html_url, diff_url, patch_url, url: links.self, issue_url: links.issue },
    ...{ commits_url: links.commits, review_comments_url: links.review_comments },
    ...{
      review_comment_url: links.review_comment,
      comments_url: links.comments,
      statuses_url: links.statuses,
    },
    _links: hrefs({ ...links, html: html_url }),
    state: pull.state === 'open' ? 'open' : 'closed',
    user: githubUser(pull.user, source),
    created_at: utcTime(pull.created_at),
    updated_at: utcTime(pull.updated_at),
    closed_at: utcTime(closedAt(pull)),
    merged_at: utcTime(pull.merged_at),
    merge_commit_sha: pull.merge_commit_sha,
    assignee: people[0] ?? null,
    assignees: people,
    labels: pull.labels.map(label => githubLabel(label, api)),
    ...{ head, base: endOf(pull.base, source), draft, merged, mergeable: pull.mergeable },
    merged_by: merged ? githubUser(data.updated_by, source) : null,
    comments: pull.comments,
    commits: pull.commits,
    additions: pull.additions,
    deletions: pull.deletions,
    changed_files: pull.changed_files,
    ...UNKNOWN,
  };
}

const UNKNOWN = {
  ...{
    requested_reviewers: [],
    requested_teams: [],
    milestone: null,
    locked: false,
    active_lock_reason: null,
  },
  // Receivers that build what strangers propose do it only where that is allowed.
  author_association: 'NONE',
  ...{ auto_merge: null, rebaseable: null, mergeable_state: 'unknown', review_comments: 0 },
  maintainer_can_modify: false,
};

function closedAt(pull: PullRequest): string | null {
  return pull.state === 'open' ? null : (pull.closed_at ?? pull.merged_at ?? pull.updated_at);
}

function linksOf(api: string, number: number, sha: string) {
  const self = `${api}/pulls/${number}`;
  const issue = `${api}/issues/${number}`;
  return {
    self,
    issue,
    comments: `${issue}/comments`,
    review_comments: `${self}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${self}/commits`,
    statuses: `${api}/statuses/${sha}`,
  };
}

function hrefs(links: Record<string, string>) {
  return Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }]));
}

function endOf({ ref, sha, repo, user }: Branch, source: ForgeSource) {
  const owner = githubOwner(repo, source);
  return {
    ...{ label: `${owner.login}:${ref}`, ref, sha },
    user: repo.namespace === '' ? githubUser(user, source) : owner,
    repo: githubRepository(repo, source),
  };
}

/** The repository that it came from is gone. */
function goneHead(data: MergeRequest, source: ForgeSource) {
  const { base, user } = data.pull_request;
  const ref = data.source_branch ?? '';
  const author: FullUser = user;
  const sha = '0'.repeat(base.sha.length);
  return { label: `${author.login}:${ref}`, ref, sha, user: githubUser(author, source), repo: null };
}
