/** Gitea's push, and the words `create` and `delete` that tell of a new and of a removed ref. */

import type { GiteeCommit } from '../../gitee/push.ts';
import type { CommitIdentity } from '../../gitee/user.ts';
import { commitList, type PushContent } from '../commit-list.ts';
import type { ForgePayload, ForgeSource } from '../forge.ts';
import { shortRef } from '../short-ref.ts';
import { giteaUser } from './gitea-people.ts';
import { giteaRepository } from './gitea-repository.ts';

/** Of a deleted branch Gitea sends no push, of a deleted tag it does. */
export function pushEvent(content: PushContent, source: ForgeSource): ForgePayload | null {
  const { name, data } = content;
  if (name === 'push' && data.deleted) return null;
  const tested = source.test && name === 'push' ? data.head_commit : null;
  const { commits, total } = tested === null ? commitList(content) : { commits: [tested], total: 1 };
  const updated = name === 'push' && !data.created && tested === null;
  const pusher = giteaUser(data.sender);
  const body = {
    ref: data.ref,
    // Gitea's own test is a push that moves nothing.
    before: tested === null ? data.before : data.after,
    after: data.after,
    compare_url: updated ? data.compare : '',
    // The newest first.
    commits: commits.map(giteaCommit),
    total_commits: total,
    head_commit: data.deleted || data.head_commit === null ? null : giteaCommit(data.head_commit),
    repository: giteaRepository(data.repository, source, data.after),
    pusher,
    sender: pusher,
  };
  return { event: 'push', type: 'push', body };
}

export function createEvent({ name, data }: PushContent, source: ForgeSource): ForgePayload | null {
  if (!data.created) return null;
  const body = {
    sha: data.after,
    ref: shortRef(data.ref),
    ref_type: refType(name),
    repository: giteaRepository(data.repository, source, data.after),
    sender: giteaUser(data.sender),
  };
  return { event: 'create', type: 'create', body };
}

export function deleteEvent({ name, data }: PushContent, source: ForgeSource): ForgePayload | null {
  if (!data.deleted) return null;
  const body = {
    ref: shortRef(data.ref),
    ref_type: refType(name),
    pusher_type: 'user',
    repository: giteaRepository(data.repository, source, data.after),
    sender: giteaUser(data.sender),
  };
  return { event: 'delete', type: 'delete', body };
}

function refType(name: PushContent['name']): 'branch' | 'tag' {
  return name === 'push' ? 'branch' : 'tag';
}

function giteaCommit(commit: GiteeCommit) {
  const { id, message, url, author, committer, timestamp, added, removed, modified } = commit;
  return {
    id,
    message,
    url,
    author: identity(author),
    committer: identity(committer),
    verification: null,
    timestamp,
    added,
    removed,
    modified,
  };
}

/** Whose e-mail address belongs to no account has an empty user name. */
function identity({ name, email, username }: CommitIdentity) {
  return { name, email, username: username ?? '' };
}
