/** The bodies of deliveries: an event and the keys of the webhook around it. Loaded only to parse, as it brings zod. */
import { z } from 'zod';
import { issue } from '../gitee/issue.js';
import { mergeRequest } from '../gitee/merge-request.js';
import { note } from '../gitee/note.js';
import { push } from '../gitee/push.js';
import { giteeId } from '../gitee/scalar.js';
/** What a body carries of its webhook (gitee-format.md §2.2). The timestamp is null in some of gitee.com's tests. */
const envelope = {
    hook_id: giteeId,
    hook_name: z.string(),
    hook_url: z.string(),
    password: z.string(),
    sign: z.string(),
    timestamp: z.string().nullable(),
};
export const bodySchemas = {
    push: push.extend(envelope),
    tag_push: push.extend(envelope),
    merge_request: mergeRequest.extend(envelope),
    issue: issue.extend(envelope),
    note: note.extend(envelope),
};
