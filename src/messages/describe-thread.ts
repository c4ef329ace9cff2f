/** Tells what happened to a merge request or issue, or to the comments on a thing; several events are counted. */

import { describeIssue, issueAction } from './describe-issue.ts';
import { describeMergeRequest, mergeRequestAction } from './describe-merge-request.ts';
import { describeNote } from './describe-note.ts';
import type { Entry } from './entry.ts';
import { personName } from './names.ts';
import type { Line } from './outline.ts';
import type { Phrases } from './phrases.ts';
import type { ThreadEvent, ThreadStory } from './thread-story.ts';

export function describeThread(story: ThreadStory, phrases: Phrases): Entry {
  const entry = describeEvent(story.events.at(-1)!, phrases);
  return {
    ...entry,
    brief: phrases.say('shortThread', { it: entry.brief, actions: actions(story, phrases) }),
  };
}

/** Who took part, in order of first appearance. */
export function threadPeople(story: ThreadStory, phrases: Phrases): string[] {
  return story.events.map(event => personName(event.data.sender, phrases));
}

function describeEvent(event: ThreadEvent, phrases: Phrases): Entry {
  if (event.name === 'merge_request') return describeMergeRequest(event, phrases);
  return event.name === 'issue' ? describeIssue(event, phrases) : describeNote(event, phrases);
}

/** `opened, new commits ×3, merged`; comments are only counted. */
function actions(story: ThreadStory, phrases: Phrases): Line {
  const counted = new Map<string, { line: Line; n: number }>();
  for (const event of story.events) {
    if (event.name === 'note') return phrases.count('comments', story.events.length);
    const { did } = event.name === 'merge_request' ? mergeRequestAction(event.data) : issueAction(event.data);
    const known = counted.get(did);
    if (known === undefined) counted.set(did, { line: phrases.say(did), n: 1 });
    else known.n++;
  }
  const parts = [...counted.values()].map(({ line, n }) =>
    n === 1 ? line : phrases.count('times', n, { it: line }),
  );
  return phrases.join(parts);
}
