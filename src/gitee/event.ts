/** One thing that happened, in Gitee's data model, with the facts that Gitee has no field for. */
import type { Issue } from './issue.ts';
import type { MergeRequest, MergeRequestFacts } from './merge-request.ts';
import type { Note } from './note.ts';
import type { Push, PushFacts } from './push.ts';
import type { ThreadFacts } from './thread.ts';

export type EventContent =
  | { name: 'push'; data: Push; facts: PushFacts }
  | { name: 'tag_push'; data: Push; facts: PushFacts }
  | { name: 'merge_request'; data: MergeRequest; facts: MergeRequestFacts }
  | { name: 'issue'; data: Issue; facts: ThreadFacts }
  | { name: 'note'; data: Note; facts: ThreadFacts };

/** The ref that a push moved; other events have none. */
export function refOf(event: EventContent): string | null {
  return event.name === 'push' || event.name === 'tag_push' ? event.data.ref : null;
}
