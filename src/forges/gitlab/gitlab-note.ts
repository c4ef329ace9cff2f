/** GitLab's comment on a commit, a merge request or an issue; it knows none on a repository, and none that is deleted. */
import type { Note } from '../../gitee/note.ts';
import type { ForgeSource } from '../forge.ts';
import { utcTime } from '../utc-time.ts';
import { issueAttributes } from './gitlab-issue.ts';
import { requestAttributes } from './gitlab-merge-request.ts';
import { gitlabUser } from './gitlab-people.ts';
import { gitlabProject, gitlabRepository } from './gitlab-project.ts';

const ACTIONS = { comment: 'create', edited: 'update', deleted: null } as const;
const TYPES = { Issue: 'Issue', PullRequest: 'MergeRequest', Commit: 'Commit', Comment: null } as const;

export function gitlabNote(data: Note, source: ForgeSource) {
  const action = ACTIONS[data.action];
  const type = TYPES[data.noteable_type];
  const subject = subjectOf(data, source);
  if (action === null || type === null || subject === null) return null;
  const { comment } = data;
  const project = gitlabProject(data.repository, source);
  const onCommit = type === 'Commit';
  return {
    object_kind: 'note',
    event_type: 'note',
    user: gitlabUser(data.sender),
    project_id: project.id,
    project,
    repository: gitlabRepository(project),
    object_attributes: {
      id: comment.id,
      note: comment.body,
      noteable_type: type,
      noteable_id: onCommit ? null : data.noteable_id,
      author_id: comment.user.id,
      project_id: project.id,
      created_at: utcTime(comment.created_at),
      updated_at: utcTime(comment.updated_at),
      attachment: null,
      line_code: null,
      commit_id: onCommit ? commitOf(data) : '',
      system: false,
      st_diff: null,
      action,
      url: comment.html_url,
    },
    ...subject,
  };
}

/** What it is on. */
function subjectOf(data: Note, source: ForgeSource) {
  const { issue, pull_request: pull, repository } = data;
  switch (data.noteable_type) {
    case 'Issue':
      return issue && { issue: issueAttributes(issue, repository.id) };
    case 'PullRequest':
      return pull && { merge_request: requestAttributes(pull, repository, {}, source) };
    case 'Commit':
      return { commit: bareCommit(data) };
    case 'Comment':
      return null;
  }
}

/** Of the commit itself the event knows no more than its id and its page. */
function bareCommit(data: Note) {
  const url = data.url.replace(/#note_\d+$/, '');
  return {
    id: commitOf(data),
    message: '',
    title: '',
    timestamp: null,
    url,
    author: { name: '', email: '' },
  };
}

function commitOf({ comment, short_commit_id }: Note): string {
  return comment.commit_id ?? short_commit_id ?? '';
}
