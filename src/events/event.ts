/** One thing that happened, in Gitee's data model, with the facts that Gitee has no field for. */
import { z } from 'zod';
import { type Issue, type IssueFacts, issue, issueFacts } from './issue.ts';
import {
  type MergeRequest,
  type MergeRequestFacts,
  mergeRequest,
  mergeRequestFacts,
} from './merge-request.ts';
import { type Note, type NoteFacts, note, noteFacts } from './note.ts';
import { type Push, type PushFacts, push, pushFacts } from './push.ts';

/** The words used on the command line and in the database; Gitee's own names are in `kinds/gitee.ts`. */
export const EVENT_NAMES = ['push', 'tag_push', 'merge_request', 'issue', 'note'] as const;
export const eventName = z.enum(EVENT_NAMES);
export type EventName = (typeof EVENT_NAMES)[number];

export type EventContent =
  | { name: 'push'; data: Push; facts: PushFacts }
  | { name: 'tag_push'; data: Push; facts: PushFacts }
  | { name: 'merge_request'; data: MergeRequest; facts: MergeRequestFacts }
  | { name: 'issue'; data: Issue; facts: IssueFacts }
  | { name: 'note'; data: Note; facts: NoteFacts };

/** Checks an event against the schema of its name. */
export const eventContent = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('push'), data: push, facts: pushFacts }),
  z.strictObject({ name: z.literal('tag_push'), data: push, facts: pushFacts }),
  z.strictObject({ name: z.literal('merge_request'), data: mergeRequest, facts: mergeRequestFacts }),
  z.strictObject({ name: z.literal('issue'), data: issue, facts: issueFacts }),
  z.strictObject({ name: z.literal('note'), data: note, facts: noteFacts }),
]);
