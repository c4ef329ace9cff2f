/**
 * The ids that forges put into their headers are UUIDs, and belfry's are not: one is made of the other, so that it is the
 * same over all attempts and when an admin has a delivery sent again. Version 5 of RFC 9562.
 */
import { createHash } from 'node:crypto';

/** Version 5 of the namespace of URLs, name `urn:belfry:delivery`. */
const NAMESPACE = Buffer.from('e287a913635959d7bfde28d6f68a03da', 'hex');

/** @param name the id of a delivery, `event:<id>` or `webhook:<id>` @returns 36 characters, lower case */
export function stableUuid(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name, 'utf8').digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
