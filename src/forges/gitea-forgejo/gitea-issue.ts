/** Gitea's event about an issue, and its issue: a pull request is one too. */
import type { Issue, IssueObject } from '../../gitee/issue.ts';
import type { PullRequest } from '../../gitee/merge-request.ts';
import type { Repository } from '../../gitee/repository.ts';
import type { ForgePayload, ForgeSource } from '../forge.ts';
import { threadNumber } from '../thread-number.ts';
import { utcTime } from '../utc-time.ts';
import { type GiteaUser, giteaLabel, giteaUser } from './gitea-people.ts';
import { giteaApi, giteaRepository } from './gitea-repository.ts';

/** Of an issue that is deleted Gitea says nothing. */
export function issueEvent(data: Issue, source: ForgeSource): ForgePayload | null {
  const said = actionOf(data);
  if (said === null) return null;
  const [action, type] = said;
  const issue = giteaIssue(data.issue, data.repository, source);
  const body = {
    action,
    number: issue.number,
    issue,
    repository: giteaRepository(data.repository, source),
    sender: giteaUser(data.sender),
    commit_id: '',
  };
  return { event: 'issues', type, body };
}

/** The action, and the finer name of the event in `X-Gitea-Event-Type`. */
function actionOf({ action, state }: Issue): [action: string, type: string] | null {
  switch (action) {
    case 'open':
      return ['opened', 'issues'];
    case 'assign':
      return ['assigned', 'issue_assign'];
    case 'add_label':
      return ['label_updated', 'issue_label'];
    case 'delete':
      return null;
    case 'state_change':
      return [state === 'open' ? 'reopened' : state === 'closed' ? 'closed' : 'edited', 'issues'];
  }
}

export function giteaIssue(issue: IssueObject, repository: Repository, source: ForgeSource) {
  const closed = issue.state === 'closed' || issue.state === 'rejected';
  const { id, html_url, title, comments, user, labels } = issue;
  return {
    ...threadPart(
      { number: threadNumber(issue), id, html_url, title, comments, user, labels },
      repository,
      source,
    ),
    body: issue.body,
    ...assigned(issue.assignee === null ? [] : [giteaUser(issue.assignee)]),
    state: closed ? 'closed' : 'open',
    created_at: utcTime(issue.created_at),
    updated_at: utcTime(issue.updated_at),
    // Gitee does not say when: the change that is told is the last one.
    closed_at: closed ? utcTime(issue.updated_at) : null,
    pull_request: null,
  };
}

export function requestAsIssue(pull: PullRequest, repository: Repository, source: ForgeSource) {
  return {
    ...threadPart(pull, repository, source),
    body: pull.body ?? '',
    ...assigned(pull.assignees.map(giteaUser)),
    state: pull.state === 'open' ? 'open' : 'closed',
    created_at: utcTime(pull.created_at),
    updated_at: utcTime(pull.updated_at),
    closed_at: utcTime(pull.closed_at ?? pull.merged_at),
    pull_request: {
      merged: pull.merged,
      merged_at: utcTime(pull.merged_at),
      draft: false,
      html_url: pull.html_url,
    },
  };
}

type Thread = Pick<PullRequest, 'number' | 'id' | 'html_url' | 'title' | 'comments' | 'user' | 'labels'>;

function threadPart(thread: Thread, repository: Repository, source: ForgeSource) {
  const api = giteaApi(repository, source);
  const { id, name, full_name, owner } = giteaRepository(repository, source);
  return {
    id: thread.id,
    url: `${api}/issues/${thread.number}`,
    html_url: thread.html_url,
    number: thread.number,
    user: giteaUser(thread.user),
    original_author: '',
    original_author_id: 0,
    title: thread.title,
    ref: '',
    assets: [],
    labels: thread.labels.map(label => giteaLabel(label, api)),
    milestone: null,
    is_locked: false,
    comments: thread.comments,
    due_date: null,
    repository: { id, name, owner: owner.login, full_name },
    pin_order: 0,
  };
}

function assigned(assignees: GiteaUser[]) {
  return { assignee: assignees[0] ?? null, assignees };
}
