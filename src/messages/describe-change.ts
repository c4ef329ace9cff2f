/** Describes a change: a ref's by its pushes as one, a thread's by its newest event and the count of all. */

import type { Change, ThreadChange, ThreadEvent } from './changes.ts';
import { describeNote } from './describe-note.ts';
import { describeRef } from './describe-ref.ts';
import { describeIssue, describeMergeRequest, issueAction, mergeRequestAction } from './describe-thread.ts';
import { personName } from './names.ts';
import type { Entry, Line } from './outline.ts';
import type { Phrases } from './phrases.ts';

export function describeChange(change: Change, phrases: Phrases): Entry {
  return change.about === 'ref' ? describeRef(change, phrases) : describeThread(change, phrases);
}

/** Who took part, in order of first appearance. */
export function peopleIn(change: Change, phrases: Phrases): string[] {
  return change.about === 'ref'
    ? change.people.map(one => personName(one, phrases))
    : change.events.map(event => personName(event.data.sender, phrases));
}

function describeThread(change: ThreadChange, phrases: Phrases): Entry {
  const entry = describeEvent(change.events.at(-1)!, phrases);
  return {
    ...entry,
    brief: phrases.say('shortThread', { it: entry.brief, actions: actions(change, phrases) }),
  };
}

function describeEvent(event: ThreadEvent, phrases: Phrases): Entry {
  if (event.name === 'merge_request') return describeMergeRequest(event, phrases);
  return event.name === 'issue' ? describeIssue(event, phrases) : describeNote(event, phrases);
}

/** `opened, new commits ×3, merged`; comments are only counted. */
function actions(change: ThreadChange, phrases: Phrases): Line {
  const counted = new Map<string, { line: Line; n: number }>();
  for (const event of change.events) {
    if (event.name === 'note') return phrases.count('comments', change.events.length);
    const [, did] = event.name === 'merge_request' ? mergeRequestAction(event.data) : issueAction(event.data);
    const known = counted.get(did);
    if (known === undefined) counted.set(did, { line: phrases.say(did), n: 1 });
    else known.n++;
  }
  const parts = [...counted.values()].map(({ line, n }) =>
    n === 1 ? line : phrases.count('times', n, { it: line }),
  );
  return phrases.join(parts);
}
