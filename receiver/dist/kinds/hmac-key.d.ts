/** Keys of HMACs, made once for each secret: making one takes three times as long as signing a delivery with it. */
import { type KeyObject } from 'node:crypto';
type ToBytes = (secret: string) => Buffer;
/** @param toBytes gives what the secret stands for as a key; the same function each time, as keys are kept for each */
export declare function hmacKey(secret: string, toBytes: ToBytes): KeyObject;
export {};
