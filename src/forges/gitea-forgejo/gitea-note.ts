/** Gitea's event about a comment on an issue or a pull request; on commits and repositories it has none. */
import type { Comment, Note } from '../../gitee/note.ts';
import type { ForgePayload, ForgeSource } from '../forge.ts';
import { utcTime } from '../utc-time.ts';
import { giteaIssue, requestAsIssue } from './gitea-issue.ts';
import { giteaUser } from './gitea-people.ts';
import { giteaRepository } from './gitea-repository.ts';

const ACTIONS = { comment: 'created', edited: 'edited', deleted: 'deleted' } as const;

export function commentEvent(data: Note, source: ForgeSource): ForgePayload | null {
  const issue = subjectOf(data, source);
  if (issue === null) return null;
  const onRequest = data.noteable_type === 'PullRequest';
  const body = {
    action: ACTIONS[data.action],
    issue,
    comment: commentOf(data.comment, issue.html_url, onRequest),
    repository: giteaRepository(data.repository, source),
    sender: giteaUser(data.sender),
    is_pull: onRequest,
  };
  return { event: 'issue_comment', type: onRequest ? 'pull_request_comment' : 'issue_comment', body };
}

/** What it is on; a pull request is an issue too. */
function subjectOf({ noteable_type: on, issue, pull_request: pull, repository }: Note, source: ForgeSource) {
  if (on === 'Issue') return issue && giteaIssue(issue, repository, source);
  return on === 'PullRequest' ? pull && requestAsIssue(pull, repository, source) : null;
}

/** Of both URLs the one that it is not on is empty. */
function commentOf(comment: Comment, page: string, onRequest: boolean) {
  return {
    id: comment.id,
    html_url: comment.html_url,
    pull_request_url: onRequest ? page : '',
    issue_url: onRequest ? '' : page,
    user: giteaUser(comment.user),
    original_author: '',
    original_author_id: 0,
    body: comment.body,
    assets: [],
    created_at: utcTime(comment.created_at),
    updated_at: utcTime(comment.updated_at),
  };
}
