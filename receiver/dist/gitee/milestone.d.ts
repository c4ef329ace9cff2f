/** A milestone inside an issue or a pull request (gitee-format.md §3.8). At the top of an issue event it is only its title. */
import { z } from 'zod';
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
