/** Keys of HMACs, made once for each secret: making one takes three times as long as signing a delivery with it. */
import { createSecretKey, type KeyObject } from 'node:crypto';

/** More webhooks than a busy hour has; what is forgotten is made again. */
const MOST = 1_000;
const keys = new Map<ToBytes, Map<string, KeyObject>>();

type ToBytes = (secret: string) => Buffer;

/** @param toBytes gives what the secret stands for as a key; the same function each time, as keys are kept for each */
export function hmacKey(secret: string, toBytes: ToBytes): KeyObject {
  const known = keys.get(toBytes) ?? new Map<string, KeyObject>();
  keys.set(toBytes, known);
  let key = known.get(secret);
  if (key === undefined) {
    if (known.size >= MOST) known.clear();
    key = createSecretKey(toBytes(secret));
    known.set(secret, key);
  }
  return key;
}
