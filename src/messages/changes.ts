/**
 * What events changed: one change for each ref and for each thread (a merge request, an issue, the comments on one commit)
 * that they are about.
 */

import type { EventContent } from '../gitee/event.ts';
import type { GiteeCommit, Push, PushFacts } from '../gitee/push.ts';
import type { Repository } from '../gitee/repository.ts';
import { isZeroId } from '../model/change.ts';

/** More are never listed in one message. */
const MOST_COMMITS = 10;

export type Change = RefChange | ThreadChange;

/** One push to a ref, or in a digest all pushes to it as one, from the oldest `before` to the newest `after`. */
export interface RefChange {
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
  /** How many pushes this change is made of. */
  pushes: number;
  recovered: boolean;
}

export type ThreadEvent = Exclude<EventContent, { name: 'push' | 'tag_push' }>;

/** What happened in one thread: one event, or in a digest several. */
export interface ThreadChange {
  about: 'thread';
  repository: Repository;
  /** Oldest first, never empty. */
  events: ThreadEvent[];
}

/**
 * In order of first appearance.
 * @param events oldest first
 */
export function changesIn(events: EventContent[]): Change[] {
  const found = new Map<string, Change>();
  for (const event of events) {
    const key = changeKey(event);
    const known = found.get(key);
    const change = changeOf(event);
    if (known === undefined) found.set(key, change);
    else if (known.about === 'ref' && change.about === 'ref') found.set(key, joined(known, change));
    else if (known.about === 'thread' && change.about === 'thread') known.events.push(...change.events);
  }
  return [...found.values()];
}

/** The same text for all events that make one change. */
export function changeKey(event: EventContent): string {
  const where = event.data.repository.full_name;
  const what = event.name === 'push' || event.name === 'tag_push' ? event.data.ref : threadKey(event);
  return `${where}\n${what}`;
}

/** Without the repository. */
function threadKey(event: ThreadEvent): string {
  if (event.name === 'merge_request') return `merge_request ${event.data.number}`;
  if (event.name === 'issue') return `issue ${event.data.iid}`;
  const { noteable_type, per_iid, short_commit_id } = event.data;
  return `note ${noteable_type} ${per_iid ?? short_commit_id ?? ''}`;
}

function changeOf(event: EventContent): Change {
  if (event.name === 'push') return refChange('branch', event.data, event.facts);
  if (event.name === 'tag_push') return refChange('tag', event.data, event.facts);
  return { about: 'thread', repository: event.data.repository, events: [event] };
}

function refChange(sort: RefChange['sort'], data: Push, facts: PushFacts): RefChange {
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

/** Two changes of one ref, one after the other, as one. */
function joined(first: RefChange, then: RefChange): RefChange {
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
