/** One thing that happened, in Gitee's data model, with the facts that Gitee has no field for. */
import type { Issue, IssueFacts } from './issue.ts';
import type { MergeRequest, MergeRequestFacts } from './merge-request.ts';
import type { Note, NoteFacts } from './note.ts';
import type { Push, PushFacts } from './push.ts';

export type EventContent =
  | { name: 'push'; data: Push; facts: PushFacts }
  | { name: 'tag_push'; data: Push; facts: PushFacts }
  | { name: 'merge_request'; data: MergeRequest; facts: MergeRequestFacts }
  | { name: 'issue'; data: Issue; facts: IssueFacts }
  | { name: 'note'; data: Note; facts: NoteFacts };

/** The ref that a push moved; other events have none. */
export function refOf(event: EventContent): string | null {
  return event.name === 'push' || event.name === 'tag_push' ? event.data.ref : null;
}
