/**
 * An issue, and the event about one (gitee-format.md §3.9 and §5). A bare server has none: they come from another tracker
 * through `belfry emit`. Closing and reopening are `state_change` with the new state, not actions of their own.
 */
import { z } from 'zod';
import { enterprise, repository } from './repository.js';
import { giteeId, timestamp } from './scalar.js';
import { label, milestone } from './thread.js';
import { fullUser } from './user.js';
/** The 16 keys of an issue. `number` is a string: the letter I and base 36. */
export const issueObject = z.strictObject({
    assignee: fullUser.nullable(),
    body: z.string(),
    collaborators: z.array(fullUser),
    comments: z.int(),
    created_at: timestamp,
    html_url: z.string(),
    id: giteeId,
    labels: z.array(label),
    milestone: milestone.nullable(),
    number: z.string(),
    state: z.enum(['open', 'progressing', 'closed', 'rejected']),
    state_name: z.string(),
    title: z.string(),
    type_name: z.string(),
    updated_at: timestamp,
    user: fullUser,
});
export const issue = z.strictObject({
    action: z.enum(['open', 'assign', 'state_change', 'delete', 'add_label']),
    assignee: fullUser.nullable(),
    description: z.string(),
    enterprise: enterprise.nullable(),
    iid: z.string(),
    issue: issueObject,
    /** Title only. */
    milestone: z.string().nullable(),
    project: repository,
    push_data: z.null(),
    repository,
    sender: fullUser,
    /** A rejected issue is `closed` here and `rejected` inside `issue`. */
    state: z.enum(['open', 'progressing', 'closed']),
    target_user: fullUser.nullable(),
    title: z.string(),
    updated_by: fullUser,
    url: z.string(),
    user: fullUser,
});
