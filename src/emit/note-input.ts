/** A comment of another system in a compact form (gitee-format.md §3.12 and §7), on exactly one of four kinds of object. */
import { z } from 'zod';
import { note } from '../gitee/note.ts';
import { objectId } from '../gitee/scalar.ts';
import { eventInput, issueObjectInput } from './issue-input.ts';
import { pullRequestInput } from './merge-request-input.ts';
import { momentInput } from './moment-input.ts';
import { personInput } from './person-input.ts';
import { externalId, webUrl } from './thread-input.ts';

const commentInput = z.strictObject({
  id: externalId,
  body: z.string(),
  author: personInput,
  url: webUrl.optional().describe('Default: the page of what it is on, with #note_ and its id.'),
  created_at: momentInput,
  updated_at: momentInput.optional().describe('Default: the time of the event.'),
});

const commitInput = z.strictObject({
  sha: objectId,
  path: z.string().min(1).optional().describe('File that the comment is on; with line.'),
  line: z.int().min(1).optional(),
});

const SUBJECTS = ['issue', 'merge_request', 'commit', 'repository'] as const;
const WANTED = `exactly one of ${SUBJECTS.join(', ')}`;

export const noteInput = z
  .strictObject({
    ...eventInput,
    action: note.shape.action,
    comment: commentInput,
    issue: issueObjectInput.optional(),
    merge_request: pullRequestInput.optional(),
    commit: commitInput.optional(),
    repository: z.literal(true, 'true').optional().describe('True: a comment on the repository itself.'),
  })
  .refine(value => SUBJECTS.filter(key => value?.[key] !== undefined).length === 1, {
    error: WANTED,
    when: () => true,
  })
  .describe(`A comment on ${WANTED}.`);
export type NoteInput = z.infer<typeof noteInput>;
