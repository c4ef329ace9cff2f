/** Builds the event of one ref update by the table of cases in gitee-format.md §4. */

import type { MoreFacts, RefChange } from '../model/change.ts';
import type { RepositoryLinks } from '../model/links.ts';
import { buildCommit, type FindUser } from './build-commit.ts';
import { type EventPlace, eventPlace } from './build-repository.ts';
import type { EventContent } from './event.ts';
import { toShortUser } from './person.ts';
import type { Push, PushFacts } from './push.ts';
import type { FullUser } from './user.ts';

export interface PushSource extends EventPlace {
  pusher: FullUser;
  links: RepositoryLinks;
  /** The account that an e-mail address belongs to. */
  findUser: FindUser;
  /** Found by comparing refs, not announced by a hook. */
  recovered: boolean;
}

export function buildPush(change: RefChange, source: PushSource): EventContent {
  const data: Push = { ...commitPart(change, source), ...commonPart(change, source) };
  return { name: change.kind === 'branch' ? 'push' : 'tag_push', data, facts: factsOf(change, source) };
}

/** Which commits are told depends on the case: a new branch has `null`, a deleted ref `[]`, tags never count. */
function commitPart(change: RefChange, { links, findUser }: PushSource) {
  const updated = change.kind === 'branch' && !change.created && !change.deleted;
  const commits = change.commits.map(commit => buildCommit(commit, links, findUser));
  return {
    commits: updated ? commits : change.deleted ? [] : null,
    commits_more_than_ten: change.total === null ? null : change.total > 10,
    head_commit: change.head === null ? null : buildCommit(change.head, links, findUser),
    total_commits_count: change.total,
  };
}

function commonPart(change: RefChange, source: PushSource) {
  const { pusher, links } = source;
  return {
    ...eventPlace(source, pusher),
    after: change.new,
    before: change.old,
    compare: links.compare(change.old, change.new),
    created: change.created,
    deleted: change.deleted,
    pusher: toShortUser(pusher),
    ref: change.ref,
    user: toShortUser(pusher),
    user_email: pusher.email,
    user_id: pusher.id,
    user_name: pusher.name,
  };
}

function factsOf(change: RefChange, source: PushSource): PushFacts {
  const { links, recovered } = source;
  const name = change.ref.replace(/^refs\/(heads|tags)\//, '');
  const page = change.kind === 'branch' ? links.branch(name) : links.tag(name);
  return {
    forced: change.forced,
    removed: change.removed,
    tag:
      change.tag === null
        ? null
        : { subject: change.tag.message.split('\n', 1)[0]!, tagger: change.tag.tagger?.name ?? null },
    ref_url: change.deleted ? null : page,
    cut: change.cut,
    recovered,
    ...(change.more === undefined ? {} : moreFacts(change.more, source)),
  };
}

function moreFacts(more: MoreFacts, { links, findUser }: PushSource): Partial<PushFacts> {
  const { fresh, ...others } = more;
  if (fresh === undefined) return others;
  const commits = fresh.commits.map(commit => buildCommit(commit, links, findUser));
  return { ...others, fresh: { commits, total: fresh.total } };
}
