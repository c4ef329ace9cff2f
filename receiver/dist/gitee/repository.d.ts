/** Gitee's repository: 34 keys, all always present (gitee-format.md §3.5). `project` is the same object again. */
import { z } from 'zod';
export declare const repository: z.ZodObject<{
    clone_url: z.ZodString;
    created_at: z.ZodString;
    default_branch: z.ZodString;
    description: z.ZodString;
    fork: z.ZodBoolean;
    forks_count: z.ZodInt;
    full_name: z.ZodString;
    git_http_url: z.ZodString;
    git_ssh_url: z.ZodString;
    git_svn_url: z.ZodString;
    git_url: z.ZodString;
    has_issues: z.ZodBoolean;
    has_pages: z.ZodBoolean;
    has_wiki: z.ZodBoolean;
    homepage: z.ZodNullable<z.ZodString>;
    html_url: z.ZodString;
    id: z.ZodInt;
    language: z.ZodNullable<z.ZodString>;
    license: z.ZodNullable<z.ZodString>;
    name: z.ZodString;
    name_with_namespace: z.ZodString;
    namespace: z.ZodString;
    open_issues_count: z.ZodInt;
    owner: z.ZodObject<{
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
    path: z.ZodString;
    path_with_namespace: z.ZodString;
    private: z.ZodBoolean;
    pushed_at: z.ZodString;
    ssh_url: z.ZodString;
    stargazers_count: z.ZodInt;
    svn_url: z.ZodString;
    updated_at: z.ZodString;
    url: z.ZodString;
    watchers_count: z.ZodInt;
}, z.core.$strict>;
export type Repository = z.infer<typeof repository>;
/** Null for a repository outside a company. The id is null in every delivery that was seen (gitee-format.md §3.6). */
export declare const enterprise: z.ZodObject<{
    id: z.ZodNullable<z.ZodInt>;
    name: z.ZodString;
    url: z.ZodString;
}, z.core.$strict>;
export type Enterprise = z.infer<typeof enterprise>;
