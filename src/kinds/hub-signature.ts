/**
 * The signatures of GitHub, which Gitea sends too: over the body alone. The key is the whole text of the secret, also of one that begins
 * with `whsec_` (docs.github.com, "Validating webhook deliveries").
 */
import { createHmac } from 'node:crypto';

/** @returns lower-case hex digits without a prefix */
export function bodySignature(
  algorithm: 'sha256' | 'sha1',
  secret: string,
  body: string | Uint8Array,
): string {
  return createHmac(algorithm, secret).update(body).digest('hex');
}

/** Both, as some receivers know only the older one. */
export function hubSignatures(secret: string, body: string): [name: string, value: string][] {
  return [
    ['X-Hub-Signature-256', `sha256=${bodySignature('sha256', secret, body)}`],
    ['X-Hub-Signature', `sha1=${bodySignature('sha1', secret, body)}`],
  ];
}
