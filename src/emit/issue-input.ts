/** An issue of another system in a compact form; `belfry emit issue` completes it to Gitee's (gitee-format.md §3.9 and §5). */
import { z } from 'zod';
import { issue as issueEvent, issueObject } from '../gitee/issue.ts';
import { momentInput } from './moment-input.ts';
import { personInput } from './person-input.ts';
import { countInput, externalId, labelsInput, milestoneInput, webUrl } from './thread-input.ts';

const NUMBER = 'a text of 1 to 100 characters without spaces and without # in front';

export const issueObjectInput = z.strictObject({
  id: externalId,
  number: z
    .string()
    .max(100)
    .regex(/^(?!#)[^\s\p{C}]+$/u, NUMBER)
    .optional()
    .describe('What people call it, e.g. APP-12. Default: made in the form of Gitee, e.g. I10001.'),
  title: z.string().min(1),
  body: z.string().optional(),
  author: personInput,
  state: issueObject.shape.state,
  state_name: z
    .string()
    .min(1)
    .optional()
    .describe('What people call the state. Default: the name Gitee has for it.'),
  type_name: z.string().min(1).optional().describe('Default: 任务 (task), as on Gitee.'),
  assignee: personInput.nullable().optional(),
  collaborators: z.array(personInput).optional(),
  labels: labelsInput.optional(),
  milestone: milestoneInput.optional(),
  comments: countInput.optional().describe('How many. Default: 0.'),
  url: webUrl.optional().describe('Its page. Default: below the page of the repository (setting web.url).'),
  created_at: momentInput,
  updated_at: momentInput.optional().describe('Default: the time of the event.'),
});
export type IssueObjectInput = z.infer<typeof issueObjectInput>;

/** Every event: who, when, and where from. */
export const eventInput = {
  actor: personInput,
  at: momentInput.optional().describe('When it happened. Default: now.'),
  tracker: z
    .string()
    .max(100)
    .optional()
    .describe('Which other system, where several have ids of their own. Default: the only one.'),
};

export const issueInput = z.strictObject({
  ...eventInput,
  action: issueEvent.shape.action.describe('Closing and reopening are state_change.'),
  issue: issueObjectInput.describe('As it is after the change.'),
});
export type IssueInput = z.infer<typeof issueInput>;
