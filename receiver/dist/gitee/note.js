/** A comment on an issue, a pull request, a commit or the repository itself (gitee-format.md §3.12 and §7). */
import { z } from 'zod';
import { issueObject } from './issue.js';
import { pullRequest } from './merge-request.js';
import { enterprise, repository } from './repository.js';
import { giteeId, objectId, timestamp } from './scalar.js';
import { fullUser } from './user.js';
export const comment = z.strictObject({
    body: z.string(),
    /** Only for a comment on a commit. */
    commit_id: objectId.optional(),
    created_at: timestamp,
    html_url: z.string(),
    id: giteeId,
    /** `<SHA-1 of the path>_<line>_<line>`, only for a comment on a line of a commit. */
    position: z.string().optional(),
    updated_at: timestamp,
    user: fullUser,
});
export const note = z.strictObject({
    action: z.enum(['comment', 'edited', 'deleted']),
    author: fullUser,
    comment,
    enterprise: enterprise.nullable(),
    issue: issueObject.nullable(),
    note: z.string(),
    noteable_id: giteeId.nullable(),
    /** `Comment` is a comment on the repository. */
    noteable_type: z.enum(['Issue', 'PullRequest', 'Commit', 'Comment']),
    /** With its prefix: `#I4CF12`, `!7`; null for a commit and for the repository. */
    per_iid: z.string().nullable(),
    project: repository,
    pull_request: pullRequest.nullable(),
    push_data: z.null(),
    repository,
    sender: fullUser,
    /** Seven hex digits for a commit, else null. */
    short_commit_id: z.string().nullable(),
    title: z.string().nullable(),
    url: z.string(),
});
