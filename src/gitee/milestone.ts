/** A milestone inside an issue or a pull request (gitee-format.md §3.8). At the top of an issue event it is only its title. */
import { z } from 'zod';
import { giteeId, timestamp } from './scalar.ts';

export const milestone = z.strictObject({
  closed_issues: z.int(),
  created_at: timestamp,
  description: z.string().nullable(),
  /** A plain date on the wire, although the docs show a time. */
  due_on: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'a date such as 2021-10-29')
    .nullable(),
  html_url: z.string(),
  id: giteeId,
  number: giteeId,
  open_issues: z.int(),
  state: z.enum(['open', 'closed']),
  title: z.string(),
  updated_at: timestamp,
});
export type Milestone = z.infer<typeof milestone>;
