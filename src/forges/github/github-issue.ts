/** GitHub's event about an issue. */
import type { Issue, IssueObject } from '../../gitee/issue.ts';
import type { PullRequest } from '../../gitee/merge-request.ts';
import type { Repository } from '../../gitee/repository.ts';
import type { ForgePayload, ForgeSource } from '../forge.ts';
import { threadNumber } from '../thread-number.ts';
import { utcTime } from '../utc-time.ts';
import { nodeId, repositoryApi } from './github-api.ts';
import { githubRepository } from './github-repository.ts';
import { githubLabel, githubUser } from './github-user.ts';

export function issueEvent(data: Issue, source: ForgeSource): ForgePayload {
  const body = {
    ...actionOf(data, source),
    issue: githubIssue(data.issue, data.repository, source),
    repository: githubRepository(data.repository, source),
    sender: githubUser(data.sender, source),
  };
  return { event: 'issues', body };
}

/** An action, and what it adds; where that is not known, the action that says less. */
function actionOf(data: Issue, source: ForgeSource): object {
  const { issue } = data;
  const edited = { action: 'edited', changes: {} };
  switch (data.action) {
    case 'open':
      return { action: 'opened' };
    case 'delete':
      return { action: 'deleted' };
    case 'state_change':
      if (isClosed(issue)) return { action: 'closed' };
      return issue.state === 'open' ? { action: 'reopened' } : edited;
    case 'assign': {
      const assignee = data.target_user ?? issue.assignee;
      return assignee === null ? edited : { action: 'assigned', assignee: githubUser(assignee, source) };
    }
    case 'add_label': {
      const label = issue.labels.at(-1);
      const api = repositoryApi(data.repository, source);
      return label === undefined ? edited : { action: 'labeled', label: githubLabel(label, api) };
    }
  }
}

function isClosed({ state }: IssueObject): boolean {
  return state === 'closed' || state === 'rejected';
}

export function githubIssue(issue: IssueObject, repository: Repository, source: ForgeSource) {
  const number = threadNumber(issue);
  const assignees = issue.assignee === null ? issue.collaborators : [issue.assignee, ...issue.collaborators];
  const closed = isClosed(issue);
  return {
    ...thread(number, issue, repository, source),
    node_id: nodeId('Issue', issue.id),
    html_url: issue.html_url,
    ...assigned(assignees, source),
    state: closed ? 'closed' : 'open',
    // When it was closed is not kept: the last change is what closed it.
    closed_at: closed ? utcTime(issue.updated_at) : null,
    body: issue.body || null,
  };
}

/** To GitHub every pull request is an issue as well. */
export function requestAsIssue(pull: PullRequest, repository: Repository, source: ForgeSource) {
  const { html_url, diff_url, patch_url } = pull;
  const url = `${repositoryApi(repository, source)}/pulls/${pull.number}`;
  return {
    ...thread(pull.number, pull, repository, source),
    node_id: nodeId('PullRequest', pull.id),
    html_url,
    ...assigned(pull.assignees, source),
    state: pull.state === 'open' ? 'open' : 'closed',
    closed_at: utcTime(pull.state === 'open' ? null : (pull.closed_at ?? pull.merged_at ?? pull.updated_at)),
    body: pull.body || null,
    pull_request: { url, html_url, diff_url, patch_url },
  };
}

function assigned(people: IssueObject['collaborators'], source: ForgeSource) {
  const assignees = people.map(user => githubUser(user, source));
  return { assignee: assignees[0] ?? null, assignees };
}

function thread(number: number, of: IssueObject | PullRequest, repository: Repository, source: ForgeSource) {
  const api = repositoryApi(repository, source);
  const url = `${api}/issues/${number}`;
  return {
    ...{ url, repository_url: api, labels_url: `${url}/labels{/name}`, comments_url: `${url}/comments` },
    ...{ events_url: `${url}/events`, id: of.id, number, title: of.title },
    user: githubUser(of.user, source),
    labels: of.labels.map(label => githubLabel(label, api)),
    ...{ locked: false, milestone: null, comments: of.comments },
    created_at: utcTime(of.created_at),
    updated_at: utcTime(of.updated_at),
    ...{ author_association: 'NONE', active_lock_reason: null },
    reactions: reactions(url),
  };
}

/** @param url of what nobody has reacted to */
export function reactions(url: string) {
  return {
    ...{ url: `${url}/reactions`, total_count: 0, '+1': 0, '-1': 0, laugh: 0, hooray: 0, confused: 0 },
    ...{ heart: 0, rocket: 0, eyes: 0 },
  };
}
