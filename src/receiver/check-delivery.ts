/**
 * Checks a delivery against its secrets. One that brings the Standard Webhooks headers is judged by them alone, since
 * they cover the body; one that has none (gitee.com) by Gitee's signature or password (gitee-format.md §2).
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { giteeSignature } from '../kinds/gitee-signature.ts';
import { standardSignature } from '../kinds/standard-webhooks.ts';
import { type Proof, refuse, type Verified } from './verdict.ts';

export interface CheckOptions {
  now: number;
  toleranceMs: number;
  proofs: readonly Proof[];
}

type Headers = Map<string, string[]>;

export function checkDelivery(
  headers: Headers,
  body: string | Uint8Array,
  secrets: readonly string[],
  options: CheckOptions,
): Verified {
  const standard = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].some(name => headers.has(name));
  if (!standard) return checkGitee(headers, secrets, options);
  if (!options.proofs.includes('standard')) return otherProof('standard', options);
  return checkStandard(headers, body, secrets, options);
}

/** Seconds and milliseconds alike: no sign, no fraction, no leading zero. */
const NUMBER = /^[1-9]\d{0,15}$/;
const ID = /^[\x21-\x7e]{1,256}$/;
/** Versions and their values, separated by single spaces. Versions that we do not know are passed over. */
const SIGNATURES = /^[a-z0-9]+,[A-Za-z0-9+/_=:-]+( [a-z0-9]+,[A-Za-z0-9+/_=:-]+)*$/;
const MOST_SIGNATURES = 20;

function checkStandard(
  headers: Headers,
  body: string | Uint8Array,
  secrets: readonly string[],
  options: CheckOptions,
): Verified {
  const fields = oneOfEach(headers, {
    'webhook-id': ID,
    'webhook-timestamp': NUMBER,
    'webhook-signature': SIGNATURES,
  });
  if (!Array.isArray(fields)) return fields;
  const [id, seconds, signatures] = fields as [string, string, string];
  const given = signatures.split(' ').filter(one => one.startsWith('v1,'));
  if (given.length > MOST_SIGNATURES)
    return refuse(
      'odd-header',
      `webhook-signature: wanted at most ${MOST_SIGNATURES} signatures, got ${given.length}`,
    );
  const timestamp = Number(seconds) * 1_000;
  const late = outOfTime(timestamp, options);
  if (late !== null) return late;
  const right = secrets.map(secret => standardSignature(secret, id, Number(seconds), body));
  if (!anyEqual(given, right))
    return refuse('no-match', 'webhook-signature: none is made with a secret known here');
  return { ok: true, proof: 'standard', id, timestamp };
}

function checkGitee(headers: Headers, secrets: readonly string[], options: CheckOptions): Verified {
  const fields = oneOfEach(headers, { 'x-gitee-token': /^[^\r\n]{1,1024}$/, 'x-gitee-timestamp': NUMBER });
  if (!Array.isArray(fields)) return fields;
  const [token, milliseconds] = fields as [string, string];
  const timestamp = Number(milliseconds);
  const late = outOfTime(timestamp, options);
  if (late !== null) return late;
  const signed = anyEqual(
    [token],
    secrets.map(secret => giteeSignature(secret, timestamp)),
  );
  const password = anyEqual([token], [...secrets, ...secrets.map(asHeader)]);
  if (!signed && !password) return refuse('no-match', 'X-Gitee-Token: it is made with no secret known here');
  const proof = signed ? 'signature' : 'password';
  return options.proofs.includes(proof)
    ? { ok: true, proof, id: null, timestamp }
    : otherProof(proof, options);
}

/** A password in UTF-8 as Node gives a header: one character for each byte. */
function asHeader(secret: string): string {
  return Buffer.from(secret, 'utf8').toString('latin1');
}

function otherProof(proof: Proof, { proofs }: CheckOptions): Verified {
  return refuse('other-proof', `wanted ${proofs.join(' or ')} as its proof, got ${proof}`);
}

/** The value of each header, or why there is not exactly one good one. */
function oneOfEach(headers: Headers, wanted: Record<string, RegExp>): string[] | Verified {
  const values: string[] = [];
  for (const [name, form] of Object.entries(wanted)) {
    const [value, second] = headers.get(name) ?? [];
    if (value === undefined || value === '')
      return refuse('missing-header', `wanted the header ${name}, got none`);
    if (second !== undefined)
      return refuse('duplicate-header', `wanted the header ${name} once, got it again`);
    if (!form.test(value)) return refuse('odd-header', `the header ${name} is not in its form`);
    values.push(value);
  }
  return values;
}

function outOfTime(timestamp: number, { now, toleranceMs }: CheckOptions): Verified | null {
  const off = timestamp - now;
  if (Math.abs(off) <= toleranceMs) return null;
  const seconds = Math.round(Math.abs(off) / 1_000);
  return refuse('out-of-time', `the delivery was sent ${seconds} s ${off < 0 ? 'ago' : 'from now'}`);
}

/** Every pair is compared, whatever comes of the others; hashes, because they all have one length. */
function anyEqual(given: readonly string[], right: readonly string[]): boolean {
  const hash = (text: string) => createHash('sha256').update(text, 'utf8').digest();
  const rights = right.map(hash);
  let found = 0;
  for (const one of given.map(hash)) for (const other of rights) found |= Number(timingSafeEqual(one, other));
  return found === 1;
}
