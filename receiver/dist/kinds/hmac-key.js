/** Keys of HMACs, made once for each secret: making one takes three times as long as signing a delivery with it. */
import { createSecretKey } from 'node:crypto';
/** More webhooks than a busy hour has; what is forgotten is made again. */
const MOST = 1_000;
const keys = new Map();
/** @param toBytes gives what the secret stands for as a key; the same function each time, as keys are kept for each */
export function hmacKey(secret, toBytes) {
    const known = keys.get(toBytes) ?? new Map();
    keys.set(toBytes, known);
    let key = known.get(secret);
    if (key === undefined) {
        if (known.size >= MOST)
            known.clear();
        key = createSecretKey(toBytes(secret));
        known.set(secret, key);
    }
    return key;
}
