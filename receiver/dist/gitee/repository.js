/** Gitee's repository: 34 keys, all always present (gitee-format.md §3.5). `project` is the same object again. */
import { z } from 'zod';
import { giteeId, timestamp } from './scalar.js';
import { fullUser } from './user.js';
export const repository = z.strictObject({
    clone_url: z.string(),
    created_at: timestamp,
    default_branch: z.string(),
    description: z.string(),
    fork: z.boolean(),
    forks_count: z.int(),
    full_name: z.string(),
    git_http_url: z.string(),
    git_ssh_url: z.string(),
    git_svn_url: z.string(),
    git_url: z.string(),
    has_issues: z.boolean(),
    has_pages: z.boolean(),
    has_wiki: z.boolean(),
    homepage: z.string().nullable(),
    html_url: z.string(),
    id: giteeId,
    language: z.string().nullable(),
    license: z.string().nullable(),
    name: z.string(),
    name_with_namespace: z.string(),
    namespace: z.string(),
    open_issues_count: z.int(),
    owner: fullUser,
    path: z.string(),
    path_with_namespace: z.string(),
    private: z.boolean(),
    pushed_at: timestamp,
    ssh_url: z.string(),
    stargazers_count: z.int(),
    svn_url: z.string(),
    updated_at: timestamp,
    url: z.string(),
    watchers_count: z.int(),
});
/** Null for a repository outside a company. The id is null in every delivery that was seen (gitee-format.md §3.6). */
export const enterprise = z.strictObject({ id: giteeId.nullable(), name: z.string(), url: z.string() });
