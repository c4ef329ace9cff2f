/**
 * Checks a delivery against its secrets. One that brings the Standard Webhooks headers is judged by them alone, since
 * they cover the body; one that has none (gitee.com) by Gitee's signature or password (gitee-format.md §2), and where other
 * forges were asked for, by what that forge sends.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { giteeSignature } from '../kinds/gitee-signature.js';
import { bodySignature } from '../kinds/hub-signature.js';
import { standardSignature } from '../kinds/standard-webhooks.js';
import { dialectIn, dialectsIn, GITEA_FAMILY, idIn } from './dialect.js';
import { refuse } from './verdict.js';
export function checkDelivery(headers, body, secrets, options) {
    const { dialects } = options;
    const dialect = dialects === null ? giteeOrNone(headers) : dialectIn(headers, dialects);
    if (dialect !== null && typeof dialect !== 'string')
        return dialect;
    const proven = prove(dialect, headers, body, secrets, options);
    return 'reason' in proven ? proven : { ok: true, dialect, ...proven };
}
function giteeOrNone(headers) {
    return dialectsIn(headers).includes('gitee') ? 'gitee' : null;
}
function prove(dialect, headers, body, secrets, options) {
    const gitee = dialect === null || dialect === 'gitee';
    // GitLab may well send an id and no signature: then its token counts.
    const marks = gitee ? ['webhook-id', 'webhook-timestamp', 'webhook-signature'] : ['webhook-signature'];
    if (marks.some(name => headers.has(name))) {
        if (!options.proofs.includes('standard'))
            return otherProof('standard', options);
        return checkStandard(headers, body, secrets, options);
    }
    if (gitee)
        return checkGitee(headers, secrets, options);
    const proof = dialect === 'gitlab' ? 'password' : 'body';
    if (!options.proofs.includes(proof))
        return otherProof(proof, options);
    const wrong = dialect === 'gitlab' ? checkToken(headers, secrets) : checkBody(dialect, headers, body, secrets);
    return wrong ?? { proof, id: idIn(headers, dialect), timestamp: null };
}
/** GitLab's secret token, as it is. */
function checkToken(headers, secrets) {
    const fields = oneOfEach(headers, { 'x-gitlab-token': SECRET });
    if (!Array.isArray(fields))
        return fields;
    const same = anyEqual(fields, [...secrets, ...secrets.map(asHeader)]);
    return same ? null : refuse('no-match', 'x-gitlab-token: it is no secret known here');
}
/** The HMAC of the body. Of Gitea's family every signature that is there must be right. */
function checkBody(dialect, headers, body, secrets) {
    const family = GITEA_FAMILY.map(name => `${name}-signature`);
    const there = family.filter(name => headers.has(name));
    const names = there.length === 0 ? family.slice(0, 1) : there;
    const wanted = dialect === 'github'
        ? { 'x-hub-signature-256': HUB }
        : Object.fromEntries(names.map(name => [name, HEX]));
    const fields = oneOfEach(headers, wanted);
    if (!Array.isArray(fields))
        return fields;
    const prefix = dialect === 'github' ? 'sha256=' : '';
    const right = secrets.map(secret => prefix + bodySignature('sha256', secret, body));
    const wrong = fields.findIndex(one => !anyEqual([one], right));
    if (wrong === -1)
        return null;
    return refuse('no-match', `${Object.keys(wanted)[wrong]}: it is made with no secret known here, or of another body`);
}
const HEX = /^[0-9a-f]{64}$/;
const HUB = /^sha256=[0-9a-f]{64}$/;
const SECRET = /^[^\r\n]{1,1024}$/;
/** Seconds and milliseconds alike: no sign, no fraction, no leading zero. */
const NUMBER = /^[1-9]\d{0,15}$/;
const ID = /^[\x21-\x7e]{1,256}$/;
/** Versions and their values, separated by single spaces. Versions that we do not know are passed over. */
const SIGNATURES = /^[a-z0-9]+,[A-Za-z0-9+/_=:-]+( [a-z0-9]+,[A-Za-z0-9+/_=:-]+)*$/;
const MOST_SIGNATURES = 20;
function checkStandard(headers, body, secrets, options) {
    const fields = oneOfEach(headers, {
        'webhook-id': ID,
        'webhook-timestamp': NUMBER,
        'webhook-signature': SIGNATURES,
    });
    if (!Array.isArray(fields))
        return fields;
    const [id, seconds, signatures] = fields;
    const given = signatures.split(' ').filter(one => one.startsWith('v1,'));
    if (given.length > MOST_SIGNATURES)
        return refuse('odd-header', `webhook-signature: wanted at most ${MOST_SIGNATURES} signatures, got ${given.length}`);
    const timestamp = Number(seconds) * 1_000;
    const late = outOfTime(timestamp, options);
    if (late !== null)
        return late;
    const right = secrets.map(secret => standardSignature(secret, id, Number(seconds), body));
    if (!anyEqual(given, right))
        return refuse('no-match', 'webhook-signature: none is made with a secret known here');
    return { proof: 'standard', id, timestamp };
}
function checkGitee(headers, secrets, options) {
    const fields = oneOfEach(headers, { 'x-gitee-token': SECRET, 'x-gitee-timestamp': NUMBER });
    if (!Array.isArray(fields))
        return fields;
    const [token, milliseconds] = fields;
    const timestamp = Number(milliseconds);
    const late = outOfTime(timestamp, options);
    if (late !== null)
        return late;
    const signed = anyEqual([token], secrets.map(secret => giteeSignature(secret, timestamp)));
    const password = anyEqual([token], [...secrets, ...secrets.map(asHeader)]);
    if (!signed && !password)
        return refuse('no-match', 'X-Gitee-Token: it is made with no secret known here');
    const proof = signed ? 'signature' : 'password';
    return options.proofs.includes(proof) ? { proof, id: null, timestamp } : otherProof(proof, options);
}
/** A password in UTF-8 as Node gives a header: one character for each byte. */
function asHeader(secret) {
    return Buffer.from(secret, 'utf8').toString('latin1');
}
function otherProof(proof, { proofs }) {
    return refuse('other-proof', `wanted ${proofs.join(' or ')} as its proof, got ${proof}`);
}
/** The value of each header, or why there is not exactly one good one. */
function oneOfEach(headers, wanted) {
    const values = [];
    for (const [name, form] of Object.entries(wanted)) {
        const [value, second] = headers.get(name) ?? [];
        if (value === undefined || value === '')
            return refuse('missing-header', `wanted the header ${name}, got none`);
        if (second !== undefined)
            return refuse('duplicate-header', `wanted the header ${name} once, got it again`);
        if (!form.test(value))
            return refuse('odd-header', `the header ${name} is not in its form`);
        values.push(value);
    }
    return values;
}
function outOfTime(timestamp, { now, toleranceMs }) {
    const off = timestamp - now;
    if (Math.abs(off) <= toleranceMs)
        return null;
    const seconds = Math.round(Math.abs(off) / 1_000);
    return refuse('out-of-time', `the delivery was sent ${seconds} s ${off < 0 ? 'ago' : 'from now'}`);
}
/** Every pair is compared, whatever comes of the others; hashes, because they all have one length. */
function anyEqual(given, right) {
    const hash = (text) => createHash('sha256').update(text, 'utf8').digest();
    const rights = right.map(hash);
    let found = 0;
    for (const one of given.map(hash))
        for (const other of rights)
            found |= Number(timingSafeEqual(one, other));
    return found === 1;
}
