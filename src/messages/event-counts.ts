/** `3 branch updates, 40 new tags`: every event of a message is in here, also those that no line mentions. */
import type { EventContent } from '../gitee/event.ts';
import type { CountedKey } from './catalogue.ts';
import { type Line, plain, span } from './outline.ts';
import type { Phrases } from './phrases.ts';

/** Also the order in which they are said. */
const ORDER: CountedKey[] = [
  'branchUpdates',
  'newBranches',
  'deletedBranches',
  'newTags',
  'movedTags',
  'deletedTags',
  'mergeRequestEvents',
  'issueEvents',
  'comments',
];

export function eventCounts(events: EventContent[], phrases: Phrases): Line {
  const counts = new Map<CountedKey, number>();
  for (const event of events) {
    const key = countedKey(event);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const parts = ORDER.filter(key => counts.has(key)).map(key => phrases.count(key, counts.get(key)!));
  return [span(plain(phrases.join(parts)))];
}

/** The same behind the new commits of all updates together: in a digest not every ref has a line that names its own. */
export function digestCounts(events: EventContent[], phrases: Phrases): Line {
  const total = events.reduce((sum, event) => sum + newCommits(event), 0);
  const counts = eventCounts(events, phrases);
  if (total === 0) return counts;
  return [span(plain(phrases.join([phrases.count('newCommits', total), counts])))];
}

/** How many of a new branch's commits are new is not known. */
function newCommits(event: EventContent): number {
  const update = event.name === 'push' && !event.data.created && !event.data.deleted;
  return update ? (event.data.total_commits_count ?? 0) : 0;
}

function countedKey(event: EventContent): CountedKey {
  switch (event.name) {
    case 'push':
      if (event.data.created) return 'newBranches';
      return event.data.deleted ? 'deletedBranches' : 'branchUpdates';
    case 'tag_push':
      if (event.data.created) return 'newTags';
      return event.data.deleted ? 'deletedTags' : 'movedTags';
    case 'merge_request':
      return 'mergeRequestEvents';
    case 'issue':
      return 'issueEvents';
    case 'note':
      return 'comments';
  }
}
