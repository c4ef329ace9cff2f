/** What a webhook has to have and nobody has given yet: `url`, `secret`, `proxy`, `client_key` and `headers.NAME`. */

/** Why nothing is sent to it. */
export function missingReason(missing: readonly string[]): string {
  return `secret missing: ${missing.join(', ')}`;
}

const HEADER_PLACE = 'headers.';

/** The place of an own header; names differ in case as HTTP has them. */
export function headerPlace(name: string): string {
  return `${HEADER_PLACE}${name}`;
}

/** Names of the own headers among them. */
export function missingHeaders(missing: readonly string[]): string[] {
  return missing
    .filter(place => place.startsWith(HEADER_PLACE))
    .map(place => place.slice(HEADER_PLACE.length));
}

/** Whether a header is the one of a place. */
export function isHeaderPlace(place: string, name: string): boolean {
  return place.toLowerCase() === headerPlace(name).toLowerCase();
}
