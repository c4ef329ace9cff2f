/** GitLab's push and tag push: one body, told apart by `object_kind` and header; receivers tell what happened by zeros. */
import type { GiteeCommit } from '../../gitee/push.ts';
import { type CommitList, commitList, type PushContent } from '../commit-list.ts';
import type { ForgeSource } from '../forge.ts';
import { subject } from '../subject.ts';
import { gitlabProject, gitlabRepository, VISIBILITY } from './gitlab-project.ts';

export function gitlabPush(content: PushContent, source: ForgeSource) {
  const { name, data } = content;
  const { commits, total } = listOf(content);
  const project = gitlabProject(data.repository, source);
  return {
    object_kind: name,
    event_name: name,
    before: data.before,
    after: data.after,
    ref: data.ref,
    ref_protected: false,
    checkout_sha: checkout(content),
    message: messageOf(content),
    user_id: data.user_id,
    user_name: data.user_name,
    user_username: data.user.username,
    user_email: data.user_email,
    user_avatar: data.sender.avatar_url,
    project_id: data.repository.id,
    project,
    // The oldest first.
    commits: commits.toReversed().map(gitlabCommit),
    total_commits_count: total,
    push_options: {},
    repository: {
      ...gitlabRepository(project),
      git_http_url: project.git_http_url,
      git_ssh_url: project.git_ssh_url,
      visibility_level: VISIBILITY,
    },
  };
}

/** A tag's commit is listed with it, so that a receiver has something to build. */
function listOf(content: PushContent): CommitList {
  const { name, data } = content;
  if (name === 'push') return commitList(content);
  const commits = data.deleted || data.head_commit === null ? [] : [data.head_commit];
  return { commits, total: commits.length };
}

/** What a checkout of the ref leads to; an annotated tag itself is no commit. */
function checkout({ name, data }: PushContent): string | null {
  if (data.deleted) return null;
  return name === 'push' ? data.after : (data.head_commit?.id ?? null);
}

/** Of an annotated tag. Older events have only the first line of its message. */
function messageOf({ name, data, facts }: PushContent): string | null {
  if (name === 'push' || data.deleted) return null;
  return facts.message ?? facts.tag?.subject ?? null;
}

function gitlabCommit({ id, message, timestamp, url, author, added, modified, removed }: GiteeCommit) {
  return {
    id,
    message,
    title: subject(message),
    timestamp,
    url,
    author: { name: author.name, email: author.email },
    added,
    modified,
    removed,
  };
}
