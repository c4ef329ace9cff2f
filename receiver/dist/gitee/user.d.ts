/** Gitee's three shapes of a person: full (gitee-format.md §3.1), short (§3.2) and the identity inside a commit (§3.3). */
import { z } from 'zod';
export declare const fullUser: z.ZodObject<{
    avatar_url: z.ZodString;
    email: z.ZodString;
    html_url: z.ZodString;
    id: z.ZodInt;
    login: z.ZodString;
    name: z.ZodString;
    remark: z.ZodNullable<z.ZodString>;
    site_admin: z.ZodBoolean;
    type: z.ZodLiteral<"User">;
    url: z.ZodString;
    user_name: z.ZodString;
    username: z.ZodString;
}, z.core.$strict>;
export type FullUser = z.infer<typeof fullUser>;
export declare const shortUser: z.ZodObject<{
    email: z.ZodString;
    id: z.ZodInt;
    name: z.ZodString;
    url: z.ZodString;
    user_name: z.ZodString;
    username: z.ZodString;
}, z.core.$strict>;
export type ShortUser = z.infer<typeof shortUser>;
export declare const commitIdentity: z.ZodObject<{
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
export type CommitIdentity = z.infer<typeof commitIdentity>;
