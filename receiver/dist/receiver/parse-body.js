/**
 * A body against the schemas. What is known must be as it should be; keys that are not known pass, as gitee.com adds
 * some now and then, and stay in the data.
 */
import { bodySchemas } from './event-schemas.js';
import { fillGaps } from './fill-gaps.js';
/** The body, or one line for each thing that is wrong with it. */
export function parseBody(name, json) {
    const body = fillGaps(name, json);
    const result = bodySchemas[name].safeParse(body);
    const issues = result.success ? [] : result.error.issues.filter(one => one.code !== 'unrecognized_keys');
    if (issues.length === 0)
        return { body };
    return {
        problems: issues.map(({ path, message }) => `${path.map(String).join('.') || 'body'}: ${message}`),
    };
}
