/**
 * The Standard Webhooks headers (standardwebhooks.com): unlike Gitee's own signature this one covers the body.
 * `webhook-signature` is `v1,` + Base64(HMAC-SHA256(key, `id.timestamp.body`)), the time in seconds.
 */
import { createHmac } from 'node:crypto';
const PREFIX = 'whsec_';
/** The key of a secret: its bytes, or what its part behind `whsec_` decodes to. */
export function standardKey(secret) {
    return Buffer.from(...keyText(secret));
}
/** As a text: of a buffer, `createHmac` would take four times as long to make the key. */
function keyText(secret) {
    return secret.startsWith(PREFIX) ? [secret.slice(PREFIX.length), 'base64'] : [secret, 'utf8'];
}
export function standardSignature(secret, id, seconds, body) {
    const [key, encoding] = keyText(secret);
    const mac = createHmac('sha256', key, { encoding }).update(`${id}.${seconds}.`, 'utf8').update(body);
    return `v1,${mac.digest('base64')}`;
}
/**
 * The headers of one attempt; without a secret there is nothing to sign with.
 * @param others secrets that are valid too: one signature each, separated by spaces, as the standard has it
 */
export function standardHeaders(secret, id, now, body, others = []) {
    const seconds = Math.floor(now / 1_000);
    const headers = [
        ['webhook-id', id],
        ['webhook-timestamp', String(seconds)],
    ];
    if (secret !== null) {
        const signatures = [secret, ...others].map(each => standardSignature(each, id, seconds, body));
        headers.push(['webhook-signature', signatures.join(' ')]);
    }
    return headers;
}
