import { checkDelivery } from './check-delivery.js';
import { dialectIn, idIn } from './dialect.js';
import { readHeaders } from './read-headers.js';
/**
 * Checks a delivery in constant time: by its Standard Webhooks signature when it has those headers, else by Gitee's
 * signature or password, GitHub's `X-Hub-Signature-256`, GitLab's token, or Gitea's signature. Why one is refused is a
 * value, and never holds a secret.
 * @param body the exact bytes that came
 * @param secret the webhook's secret; two of them while one replaces the other
 * @throws TypeError for a secret that is empty or none: it would let everybody in
 */
export function verify(headers, body, secret, { now = Date.now(), toleranceMs = 3_600_000, proofs = ['standard', 'body', 'signature', 'password'], dialects, } = {}) {
    const secrets = typeof secret === 'string' ? [secret] : secret;
    if (!Array.isArray(secrets) || secrets.length === 0 || !secrets.every(isSecret))
        throw new TypeError('secret: wanted the secret of the webhook, or several of them; got none, or an empty one');
    if (typeof body !== 'string' && !(body instanceof Uint8Array))
        throw new TypeError('body: wanted the bytes of the request, before any parser; got something else');
    if (!Number.isFinite(now) || !(toleranceMs >= 0))
        throw new TypeError('now, toleranceMs: wanted milliseconds, got something else');
    const options = { now, toleranceMs, proofs, dialects: dialects ?? null };
    return checkDelivery(readHeaders(headers), body, secrets, options);
}
const NAMES = {
    push_hooks: 'push',
    tag_push_hooks: 'tag_push',
    merge_request_hooks: 'merge_request',
    issue_hooks: 'issue',
    note_hooks: 'note',
};
/**
 * A delivery as a typed event, told apart by `dialect` and `name`. What the data model knows must be as it should be; keys that
 * it does not know pass, and stay in the data. What is wrong is a value.
 * @param body the bytes that were verified
 */
export async function parse(headers, body, { dialects } = {}) {
    const json = readJson(body);
    if (json === null)
        return unparsed('not-json', 'wanted a JSON object in UTF-8, got something else');
    const fields = readHeaders(headers);
    const dialect = dialects === undefined ? 'gitee' : dialectIn(fields, dialects);
    if (typeof dialect !== 'string')
        return unparsed('unknown-event', dialect.message);
    const result = dialect === 'gitee' ? await parseGitee(fields, json) : await parseForge(dialect, fields, json);
    return result;
}
async function parseGitee(fields, json) {
    const name = Object.hasOwn(NAMES, String(json.hook_name)) ? NAMES[String(json.hook_name)] : undefined;
    if (name === undefined || !fitsHeader(name, fields.get('x-gitee-event')?.[0]))
        return unparsed('unknown-event', 'wanted one of the five events, the same in X-Gitee-Event and hook_name; got something else');
    const { parseBody } = await import('./parse-body.js');
    const result = parseBody(name, json);
    if ('problems' in result)
        return unparsed('wrong-body', result.problems.join('; '), result.problems);
    const id = fields.get('webhook-id')?.[0] ?? null;
    const test = fields.get('x-gitee-ping')?.[0] === 'true';
    return { ok: true, event: { dialect: 'gitee', id, test, name, data: result.body } };
}
async function parseForge(dialect, fields, json) {
    const { forgeEvent, isTest, problemsIn } = await import('./parse-forge.js');
    const name = forgeEvent(dialect, fields, json);
    if (name === null)
        return unparsed('unknown-event', `wanted an event of ${dialect} that is known here, got another`);
    const problems = problemsIn(dialect, name, json);
    if (problems.length > 0)
        return unparsed('wrong-body', problems.join('; '), problems);
    const test = isTest(dialect, name, json);
    return { ok: true, event: { dialect, id: idIn(fields, dialect), test, name, data: json } };
}
function unparsed(reason, message, problems = []) {
    return { ok: false, reason, message, problems };
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
