/** What issues and pull requests carry: labels (gitee-format.md §3.7), a milestone (§3.8), and what is kept beside them. */
import { z } from 'zod';
import { giteeId, timestamp } from './scalar.js';
/** The colour is 6 hex digits without `#`. */
export const label = z.strictObject({
    color: z.string().regex(/^[0-9A-Fa-f]{6}$/, 'six hex digits without #'),
    id: giteeId,
    name: z.string(),
});
/** At the top of an issue event a milestone is only its title. */
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
/** Beside Gitee's fields of an issue or a comment; the wire never carries it. */
export const threadFacts = z.strictObject({
    /** Announced later than it happened, by a comparison. */
    recovered: z.boolean(),
});
