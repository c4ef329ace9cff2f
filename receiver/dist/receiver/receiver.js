import { checkDelivery } from './check-delivery.js';
import { readHeaders } from './read-headers.js';
/**
 * Checks a delivery in constant time: by its Standard Webhooks signature when it has those headers, else by Gitee's
 * signature or password. Why one is refused is a value, and never holds a secret.
 * @param body the exact bytes that came
 * @param secret the webhook's secret; two of them while one replaces the other
 * @throws TypeError for a secret that is empty or none: it would let everybody in
 */
export function verify(headers, body, secret, { now = Date.now(), toleranceMs = 3_600_000, proofs = ['standard', 'signature', 'password'], } = {}) {
    const secrets = typeof secret === 'string' ? [secret] : secret;
    if (!Array.isArray(secrets) || secrets.length === 0 || !secrets.every(isSecret))
        throw new TypeError('secret: wanted the secret of the webhook, or several of them; got none, or an empty one');
    if (typeof body !== 'string' && !(body instanceof Uint8Array))
        throw new TypeError('body: wanted the bytes of the request, before any parser; got something else');
    if (!Number.isFinite(now) || !(toleranceMs >= 0))
        throw new TypeError('now, toleranceMs: wanted milliseconds, got something else');
    return checkDelivery(readHeaders(headers), body, secrets, { now, toleranceMs, proofs });
}
const NAMES = {
    push_hooks: 'push',
    tag_push_hooks: 'tag_push',
    merge_request_hooks: 'merge_request',
    issue_hooks: 'issue',
    note_hooks: 'note',
};
/**
 * A delivery as a typed event, told apart by `name`. What Gitee's data model knows must be as it should be; keys that
 * it does not know pass, and stay in the data. What is wrong is a value.
 * @param body the bytes that were verified
 */
export async function parse(headers, body) {
    const json = readJson(body);
    if (json === null)
        return {
            ok: false,
            reason: 'not-json',
            message: 'wanted a JSON object in UTF-8, got something else',
            problems: [],
        };
    const fields = readHeaders(headers);
    const name = Object.hasOwn(NAMES, String(json.hook_name)) ? NAMES[String(json.hook_name)] : undefined;
    if (name === undefined || !fitsHeader(name, fields.get('x-gitee-event')?.[0])) {
        const message = 'wanted one of the five events, the same in X-Gitee-Event and hook_name; got something else';
        return { ok: false, reason: 'unknown-event', message, problems: [] };
    }
    const { parseBody } = await import('./parse-body.js');
    const result = parseBody(name, json);
    if ('problems' in result)
        return {
            ok: false,
            reason: 'wrong-body',
            message: result.problems.join('; '),
            problems: result.problems,
        };
    const id = fields.get('webhook-id')?.[0] ?? null;
    const test = fields.get('x-gitee-ping')?.[0] === 'true';
    return { ok: true, event: { id, test, name, data: result.body } };
}
/** `whsec_` alone decodes to no key at all. */
function isSecret(secret) {
    return typeof secret === 'string' && secret !== '' && !/^whsec_[=\s]*$/.test(secret);
}
function readJson(body) {
    try {
        const text = typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(body);
        const json = JSON.parse(text);
        return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : null;
    }
    catch {
        return null;
    }
}
/** `Push Hook`, or `push_hooks` in gitee.com's tests (gitee-format.md §12, D1). */
function fitsHeader(name, header) {
    return (header
        ?.toLowerCase()
        .replace(/ hook$|_hooks$/, '')
        .replaceAll(' ', '_') === name);
}
