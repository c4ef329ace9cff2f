/** What issues and merge requests of another system share: identity, labels, milestone, counts. */
import { z } from 'zod';
import { momentInput, momentMs } from './moment-input.ts';

const ID = 'an id: a whole number from 0, or a text of 1 to 200 characters';

/** Only ever compared; `7` and `"7"` are the same. */
export const externalId = z
  .union([z.int().min(0), z.string().min(1).max(200)], { error: ID })
  .describe("The other system's id. The same id always gets the same id in Gitee's format.");

export const webUrl = z.url({ protocol: /^https?$/, error: 'an http or https URL' }).max(2_000);

export const countInput = z.int().min(0).max(2_147_483_647);

const label = z.union(
  [
    z.string().min(1).max(200),
    z.strictObject({
      name: z.string().min(1).max(200),
      color: z
        .string()
        .regex(/^#?[0-9A-Fa-f]{6}$/, 'six hex digits')
        .optional(),
    }),
  ],
  { error: 'a name, or an object with name and perhaps color' },
);
export const labelsInput = z.array(label).describe('Names, or objects with name and color (6 hex digits).');
export type LabelInput = z.infer<typeof label>;

const DAY = 'a date such as 2026-11-23';
const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, { error: DAY, abort: true })
  .refine(text => !Number.isNaN(momentMs(`${text}T00:00Z`)), DAY);

const milestone = z.union(
  [
    z.string().min(1).max(500),
    z.strictObject({
      id: externalId.optional(),
      title: z.string().min(1).max(500),
      description: z.string().nullable().optional(),
      state: z.enum(['open', 'closed']).optional(),
      due_on: day.nullable().optional(),
      open_issues: countInput.optional(),
      closed_issues: countInput.optional(),
      url: webUrl.optional(),
      created_at: momentInput.optional(),
      updated_at: momentInput.optional(),
    }),
  ],
  { error: 'a title, null, or an object with title' },
);
export const milestoneInput = milestone
  .nullable()
  .describe('A title, or an object with title; its id is the title where none is given.');
export type MilestoneInput = z.infer<typeof milestone>;
