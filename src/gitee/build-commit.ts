/** A commit in Gitee's words (gitee-format.md §3.4), its people looked up by e-mail address. */

import type { Commit, Signature } from '../model/change.ts';
import type { RepositoryLinks } from '../model/links.ts';
import type { GiteeCommit } from './push.ts';
import { giteeTime } from './time.ts';
import type { CommitIdentity, FullUser } from './user.ts';

export type FindUser = (email: string) => FullUser | null;

export function buildCommit(commit: Commit, links: RepositoryLinks, findUser: FindUser): GiteeCommit {
  const time = giteeTime(commit.author.seconds, commit.author.offset);
  return {
    added: commit.added,
    author: identity(commit.author, findUser, time),
    committer: identity(commit.committer, findUser, null),
    distinct: true,
    id: commit.id,
    message: commit.message,
    modified: commit.modified,
    parent_ids: commit.parents,
    removed: commit.removed,
    timestamp: time,
    tree_id: commit.tree,
    url: links.commit(commit.id),
  };
}

/** The author has the commit's time, the committer null (gitee-format.md §12, D6); strangers have no account's fields. */
function identity(person: Signature, findUser: FindUser, time: string | null): CommitIdentity {
  const user = findUser(person.email);
  return {
    email: person.email,
    id: user?.id ?? null,
    name: person.name,
    remark: null,
    time,
    url: user?.url ?? null,
    user: null,
    user_name: user?.user_name ?? null,
    username: user?.username ?? null,
  };
}
