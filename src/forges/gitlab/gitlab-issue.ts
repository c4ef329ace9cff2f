/** GitLab's issue event, and what a comment says of an issue. */
import type { Issue, IssueObject } from '../../gitee/issue.ts';
import type { ForgeSource } from '../forge.ts';
import { threadNumber } from '../thread-number.ts';
import { utcTime } from '../utc-time.ts';
import { gitlabLabel, gitlabUser } from './gitlab-people.ts';
import { gitlabProject, gitlabRepository } from './gitlab-project.ts';

export function gitlabIssue(data: Issue, source: ForgeSource) {
  const action = actionOf(data);
  if (action === null) return null;
  const { issue } = data;
  const project = gitlabProject(data.repository, source);
  return {
    object_kind: 'issue',
    event_type: 'issue',
    user: gitlabUser(data.sender),
    project,
    repository: gitlabRepository(project),
    object_attributes: { ...issueAttributes(issue, project.id), action },
    labels: issue.labels.map(label => gitlabLabel(label, project.id)),
    changes: {},
    assignees: issue.assignee === null ? [] : [gitlabUser(issue.assignee)],
  };
}

/** Of an issue that is deleted GitLab says nothing. */
function actionOf({ action, state }: Issue): string | null {
  switch (action) {
    case 'open':
      return 'open';
    case 'assign':
    case 'add_label':
      return 'update';
    case 'state_change':
      return state === 'open' ? 'reopen' : state === 'closed' ? 'close' : 'update';
    case 'delete':
      return null;
  }
}

export function issueAttributes(issue: IssueObject, projectId: number) {
  const closed = issue.state === 'closed' || issue.state === 'rejected';
  return {
    id: issue.id,
    iid: threadNumber(issue),
    project_id: projectId,
    author_id: issue.user.id,
    assignee_ids: issue.assignee === null ? [] : [issue.assignee.id],
    title: issue.title,
    description: issue.body,
    state: closed ? 'closed' : 'opened',
    state_id: closed ? 2 : 1,
    created_at: utcTime(issue.created_at),
    updated_at: utcTime(issue.updated_at),
    // Gitee does not say when: the change that is told is the last one.
    closed_at: closed ? utcTime(issue.updated_at) : null,
    confidential: false,
    labels: issue.labels.map(label => gitlabLabel(label, projectId)),
    url: issue.html_url,
    type: 'Issue',
  };
}
