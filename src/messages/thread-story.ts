/** What happened to one merge request or issue, or the comments on one thing: one event, or in a digest several. */
import type { EventContent } from '../gitee/event.ts';
import type { Repository } from '../gitee/repository.ts';

export type ThreadEvent = Exclude<EventContent, { name: 'push' | 'tag_push' }>;

export interface ThreadStory {
  about: 'thread';
  repository: Repository;
  /** Oldest first, never empty. */
  events: ThreadEvent[];
}

export function threadStory(event: ThreadEvent): ThreadStory {
  return { about: 'thread', repository: event.data.repository, events: [event] };
}

/** What a thread event is about, the same text for all events of one thread; without the repository. */
export function threadKey(event: ThreadEvent): string {
  if (event.name === 'merge_request') return `merge_request ${event.data.number}`;
  if (event.name === 'issue') return `issue ${event.data.iid}`;
  const { noteable_type, per_iid, short_commit_id } = event.data;
  return `note ${noteable_type} ${per_iid ?? short_commit_id ?? ''}`;
}
