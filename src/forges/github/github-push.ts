/** GitHub's push, and the words `create` and `delete` that tell of a new and of a removed ref. */
import type { GiteeCommit } from '../../gitee/push.ts';
import type { CommitIdentity } from '../../gitee/user.ts';
import { commitList, type PushContent } from '../commit-list.ts';
import type { ForgePayload, ForgeSource } from '../forge.ts';
import { shortRef } from '../short-ref.ts';
import { githubRepository, pushedRepository } from './github-repository.ts';
import { githubUser } from './github-user.ts';

/** GitHub tells no more, and receivers take a full list for one that was cut. */
const MOST_COMMITS = 2_048;

export function pushEvent(content: PushContent, source: ForgeSource): ForgePayload {
  const { data, facts } = content;
  const { created, deleted, head_commit: head } = data;
  const commits = newest(commitList(content).commits);
  const body = {
    ref: data.ref,
    before: data.before,
    after: data.after,
    created,
    deleted,
    forced: facts.forced,
    base_ref: created ? (facts.base ?? null) : null,
    compare: data.compare,
    // The oldest first.
    commits: commits.map(githubCommit).reverse(),
    head_commit: deleted || head === null ? null : githubCommit(head),
    repository: pushedRepository(data.repository, source),
    pusher: { name: data.sender.login, email: data.sender.email },
    sender: githubUser(data.sender, source),
  };
  return { event: 'push', body };
}

export function createEvent({ name, data }: PushContent, source: ForgeSource): ForgePayload {
  const { default_branch, description } = data.repository;
  const more = { master_branch: default_branch, description: description || null };
  return { event: 'create', body: { ...refEvent(name, data, source), ...more } };
}

export function deleteEvent({ name, data }: PushContent, source: ForgeSource): ForgePayload {
  return { event: 'delete', body: refEvent(name, data, source) };
}

function refEvent(name: PushContent['name'], data: PushContent['data'], source: ForgeSource) {
  return {
    ref: shortRef(data.ref),
    ref_type: name === 'push' ? 'branch' : 'tag',
    pusher_type: 'user',
    repository: githubRepository(data.repository, source),
    sender: githubUser(data.sender, source),
  };
}

/** The oldest of those that are told also has what those before it changed: receivers go by the paths of all together. */
function newest(commits: GiteeCommit[]): GiteeCommit[] {
  const told = commits.slice(0, MOST_COMMITS);
  if (told.length === commits.length) return told;
  const known = new Set<string>();
  const pathsOf = (from: GiteeCommit[], key: 'added' | 'removed' | 'modified') =>
    from.flatMap(commit => commit[key]).filter(path => !known.has(path) && known.add(path));
  for (const { added, removed, modified } of told)
    for (const path of [...added, ...removed, ...modified]) known.add(path);
  const older = commits.slice(MOST_COMMITS);
  const oldest = told.pop()!;
  told.push({
    ...oldest,
    added: [...oldest.added, ...pathsOf(older, 'added')],
    removed: [...oldest.removed, ...pathsOf(older, 'removed')],
    modified: [...oldest.modified, ...pathsOf(older, 'modified')],
  });
  return told;
}

function githubCommit(commit: GiteeCommit) {
  const { id, tree_id, timestamp, url, added, removed, modified } = commit;
  return {
    id,
    tree_id,
    distinct: true,
    message: withoutLastNewlines(commit.message),
    timestamp,
    url,
    author: { ...identity(commit.author), date: timestamp },
    committer: identity(commit.committer),
    added,
    removed,
    modified,
  };
}

/** No pattern: one for newlines at the end takes the square of a run of them in the middle, and messages are a megabyte long. */
function withoutLastNewlines(message: string): string {
  let end = message.length;
  while (message[end - 1] === '\n') end--;
  return message.slice(0, end);
}

/** Whose e-mail address belongs to no account has no user name at all. */
function identity({ name, email, username }: CommitIdentity) {
  return { name, email, ...(username !== null && { username }) };
}
