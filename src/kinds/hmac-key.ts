/** Keys of HMACs, made once for each secret: making one takes three times as long as signing a delivery with it. */
import { createSecretKey, type KeyObject } from 'node:crypto';

/** More webhooks than a busy hour has; what is forgotten is made again. */
const MOST = 1_000;
const keys = new Map<string, KeyObject>();

/** @param bytes what the secret stands for as a key */
export function hmacKey(secret: string, bytes: (secret: string) => Buffer): KeyObject {
  const name = `${bytes.name} ${secret}`;
  let key = keys.get(name);
  if (key === undefined) {
    if (keys.size >= MOST) keys.clear();
    key = createSecretKey(bytes(secret));
    keys.set(name, key);
  }
  return key;
}
