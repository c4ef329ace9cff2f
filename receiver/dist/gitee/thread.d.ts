/** What issues and pull requests carry: labels (gitee-format.md §3.7), a milestone (§3.8), and what is kept beside them. */
import { z } from 'zod';
/** The colour is 6 hex digits without `#`. */
export declare const label: z.ZodObject<{
    color: z.ZodString;
    id: z.ZodInt;
    name: z.ZodString;
}, z.core.$strict>;
export type Label = z.infer<typeof label>;
/** At the top of an issue event a milestone is only its title. */
export declare const milestone: z.ZodObject<{
    closed_issues: z.ZodInt;
    created_at: z.ZodString;
    description: z.ZodNullable<z.ZodString>;
    due_on: z.ZodNullable<z.ZodString>;
    html_url: z.ZodString;
    id: z.ZodInt;
    number: z.ZodInt;
    open_issues: z.ZodInt;
    state: z.ZodEnum<{
        closed: "closed";
        open: "open";
    }>;
    title: z.ZodString;
    updated_at: z.ZodString;
}, z.core.$strict>;
export type Milestone = z.infer<typeof milestone>;
/** Beside Gitee's fields of an issue or a comment; the wire never carries it. */
export declare const threadFacts: z.ZodObject<{
    recovered: z.ZodBoolean;
}, z.core.$strict>;
export type ThreadFacts = z.infer<typeof threadFacts>;
