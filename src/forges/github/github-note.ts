/** GitHub's events about comments: on an issue or a pull request, and on a commit. */
import type { Note } from '../../gitee/note.ts';
import type { ForgePayload, ForgeSource } from '../forge.ts';
import { utcTime } from '../utc-time.ts';
import { nodeId, repositoryApi } from './github-api.ts';
import { githubIssue, reactions, requestAsIssue } from './github-issue.ts';
import { githubRepository } from './github-repository.ts';
import { githubUser } from './github-user.ts';

const ACTIONS: Record<Note['action'], string> = { comment: 'created', edited: 'edited', deleted: 'deleted' };

/** Null for a comment on the repository, and for what became of one on a commit later. */
export function commentEvent(data: Note, source: ForgeSource): ForgePayload | null {
  switch (data.noteable_type) {
    case 'Issue':
      return data.issue && issueComment(data, githubIssue(data.issue, data.repository, source), source);
    case 'PullRequest':
      return (
        data.pull_request &&
        issueComment(data, requestAsIssue(data.pull_request, data.repository, source), source)
      );
    case 'Commit':
      return data.action === 'comment' ? commitComment(data, source) : null;
    case 'Comment':
      return null;
  }
}

function issueComment(data: Note, issue: { url: string }, source: ForgeSource): ForgePayload {
  const action = ACTIONS[data.action];
  const url = `${repositoryApi(data.repository, source)}/issues/comments/${data.comment.id}`;
  const comment = {
    ...common(data, url, 'IssueComment', source),
    issue_url: issue.url,
    reactions: reactions(url),
    performed_via_github_app: null,
  };
  const body = { action, ...(action === 'edited' && { changes: {} }), issue, comment };
  return { event: 'issue_comment', body: { ...body, ...place(data, source) } };
}

/** Of the place in a file nothing is known but a hash of its path. */
function commitComment(data: Note, source: ForgeSource): ForgePayload {
  const url = `${repositoryApi(data.repository, source)}/comments/${data.comment.id}`;
  const comment = {
    ...common(data, url, 'CommitComment', source),
    ...{ position: null, line: null, path: null },
    commit_id: data.comment.commit_id ?? data.short_commit_id ?? '',
  };
  return { event: 'commit_comment', body: { action: 'created', comment, ...place(data, source) } };
}

function common({ comment }: Note, url: string, type: string, source: ForgeSource) {
  return {
    ...{ url, html_url: comment.html_url, id: comment.id, node_id: nodeId(type, comment.id) },
    user: githubUser(comment.user, source),
    created_at: utcTime(comment.created_at),
    updated_at: utcTime(comment.updated_at),
    author_association: 'NONE',
    body: comment.body,
  };
}

function place({ repository, sender }: Note, source: ForgeSource) {
  return { repository: githubRepository(repository, source), sender: githubUser(sender, source) };
}
