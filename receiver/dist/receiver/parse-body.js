/**
 * A body against the schemas. What is known must be as it should be; keys that are not known pass, as gitee.com adds
 * some now and then, and stay in the data. Loaded only to parse, as it brings zod.
 */
import { z } from 'zod';
import { issue } from '../gitee/issue.js';
import { mergeRequest } from '../gitee/merge-request.js';
import { note } from '../gitee/note.js';
import { push } from '../gitee/push.js';
import { giteeId } from '../gitee/scalar.js';
import { wantedBy } from '../text/wanted-by.js';
import { fillGaps } from './fill-gaps.js';
/** What a body carries of its webhook (gitee-format.md §2.2). The timestamp is null in some of gitee.com's tests. */
const envelope = {
    hook_id: giteeId,
    hook_name: z.string(),
    hook_url: z.string(),
    password: z.string(),
    sign: z.string(),
    timestamp: z.string().nullable(),
};
const bodySchemas = {
    push: push.extend(envelope),
    tag_push: push.extend(envelope),
    merge_request: mergeRequest.extend(envelope),
    issue: issue.extend(envelope),
    note: note.extend(envelope),
};
/** The body, or one line for each thing that is wrong with it. */
export function parseBody(name, json) {
    const body = fillGaps(name, json);
    const result = bodySchemas[name].safeParse(body);
    const issues = result.success ? [] : result.error.issues.filter(one => one.code !== 'unrecognized_keys');
    if (issues.length === 0)
        return { body };
    return {
        problems: issues.map(issue => `${issue.path.map(String).join('.') || 'body'}: wanted ${wantedBy(issue)}`),
    };
}
