/** Gitee's events as zod schemas: what comes from elsewhere is checked against them, and what the tests see sent. */
import { z } from 'zod';
import { issue } from './issue.ts';
import { mergeRequest, mergeRequestFacts } from './merge-request.ts';
import { note } from './note.ts';
import { push, pushFacts } from './push.ts';
import { threadFacts } from './thread.ts';

/** Checks an event against the schema of its name. */
export const eventContent = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('push'), data: push, facts: pushFacts }),
  z.strictObject({ name: z.literal('tag_push'), data: push, facts: pushFacts }),
  z.strictObject({ name: z.literal('merge_request'), data: mergeRequest, facts: mergeRequestFacts }),
  z.strictObject({ name: z.literal('issue'), data: issue, facts: threadFacts }),
  z.strictObject({ name: z.literal('note'), data: note, facts: threadFacts }),
]);
