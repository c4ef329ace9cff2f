/**
 * What happened to one ref: a single push event, or in a digest all pushes to that ref as one, from the oldest
 * `before` to the newest `after`.
 */

import type { GiteeCommit } from '../gitee/commit.ts';
import type { Push, PushFacts } from '../gitee/push.ts';
import type { Repository } from '../gitee/repository.ts';
import { isZeroId } from '../model/change.ts';

/** More are never listed in one message. */
const MOST_COMMITS = 10;

export interface RefStory {
  about: 'ref';
  repository: Repository;
  sort: 'branch' | 'tag';
  /** Without `refs/heads/` or `refs/tags/`. */
  name: string;
  people: { name: string; username: string }[];
  before: string;
  after: string;
  created: boolean;
  deleted: boolean;
  forced: boolean;
  /** Commits that a forced update took away. */
  removed: number;
  /** New commits; 0 where the event does not say how many of them are new (a new branch, a tag). */
  total: number;
  /** Newest first, at most ten. */
  commits: GiteeCommit[];
  head: GiteeCommit | null;
  compare: string;
  /** The ref's own page. */
  url: string | null;
  tag: PushFacts['tag'];
  /** How many pushes are told as one. */
  pushes: number;
  recovered: boolean;
}

export function refStory(sort: RefStory['sort'], data: Push, facts: PushFacts): RefStory {
  const update = !data.created && !data.deleted;
  return {
    about: 'ref',
    repository: data.repository,
    sort,
    name: data.ref.replace(/^refs\/(heads|tags)\//, ''),
    people: [data.pusher],
    before: data.before,
    after: data.after,
    created: data.created,
    deleted: data.deleted,
    forced: facts.forced,
    removed: facts.removed,
    total: update ? (data.total_commits_count ?? 0) : 0,
    commits: update ? (data.commits ?? []).slice(0, MOST_COMMITS) : [],
    head: data.head_commit,
    compare: data.compare,
    url: facts.ref_url,
    tag: facts.tag,
    pushes: 1,
    recovered: facts.recovered,
  };
}

/** Two stories of one ref, one after the other. */
export function laterStory(first: RefStory, then: RefStory): RefStory {
  const created = isZeroId(first.before) && !isZeroId(then.after);
  const deleted = isZeroId(then.after);
  return {
    ...then,
    people: distinct([...first.people, ...then.people]),
    // Created and deleted again: what is worth telling is where it was.
    before: isZeroId(first.before) && deleted ? then.before : first.before,
    created,
    deleted,
    // Deleted and made anew is as good as overwritten.
    forced: !created && !deleted && (first.forced || then.forced || then.created),
    removed: first.removed + then.removed,
    total: created || deleted ? 0 : first.total + then.total,
    commits: created || deleted ? [] : [...then.commits, ...first.commits].slice(0, MOST_COMMITS),
    // The link's style belongs to the server's front end; both ids stand in it, whatever the style.
    compare: then.compare.replace(then.before, first.before),
    pushes: first.pushes + then.pushes,
    recovered: first.recovered || then.recovered,
  };
}

function distinct<T extends { username: string; name: string }>(people: T[]): T[] {
  return [...new Map(people.map(one => [`${one.username}\n${one.name}`, one])).values()];
}
