/**
 * Ids of deliveries: 16 characters (Crockford's base 32) that sort by time and are unique over all installations,
 * because receivers remember them: 7 for the second, 9 (45 bits) random, counted up within one batch.
 */
import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const RANDOM_BITS = 45n;

/** @param now milliseconds since 1970 */
export function deliveryIds(now: number): () => string {
  const time = encode(BigInt(Math.floor(now / 1_000)), 7);
  let random = randomBytes(8).readBigUInt64BE() & ((1n << (RANDOM_BITS - 1n)) - 1n);
  return () => time + encode(random++, 9);
}

function encode(value: bigint, length: number): string {
  let text = '';
  for (let rest = value, i = 0; i < length; i++, rest >>= 5n) text = ALPHABET[Number(rest & 31n)] + text;
  return text;
}
