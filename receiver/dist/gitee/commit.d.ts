/** A commit in Gitee's words: 12 keys (gitee-format.md §3.4). */
import { z } from 'zod';
export declare const commit: z.ZodObject<{
    added: z.ZodArray<z.ZodString>;
    author: z.ZodObject<{
        email: z.ZodString;
        id: z.ZodNullable<z.ZodInt>;
        name: z.ZodString;
        remark: z.ZodNull;
        time: z.ZodNullable<z.ZodString>;
        url: z.ZodNullable<z.ZodString>;
        user: z.ZodNull;
        user_name: z.ZodNullable<z.ZodString>;
        username: z.ZodNullable<z.ZodString>;
    }, z.core.$strict>;
    committer: z.ZodObject<{
        email: z.ZodString;
        id: z.ZodNullable<z.ZodInt>;
        name: z.ZodString;
        remark: z.ZodNull;
        time: z.ZodNullable<z.ZodString>;
        url: z.ZodNullable<z.ZodString>;
        user: z.ZodNull;
        user_name: z.ZodNullable<z.ZodString>;
        username: z.ZodNullable<z.ZodString>;
    }, z.core.$strict>;
    distinct: z.ZodBoolean;
    id: z.ZodString;
    message: z.ZodString;
    modified: z.ZodArray<z.ZodString>;
    parent_ids: z.ZodArray<z.ZodString>;
    removed: z.ZodArray<z.ZodString>;
    timestamp: z.ZodString;
    tree_id: z.ZodString;
    url: z.ZodString;
}, z.core.$strict>;
export type GiteeCommit = z.infer<typeof commit>;
