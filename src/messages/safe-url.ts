/** A URL that may stand inside markup: http or https, and without a character that any of the platforms gives a meaning. */

/** Slack takes 3,000 characters, but a message of links longer than this one has no room for words. */
const LONGEST = 1_000;

const MEANINGFUL = /[()<>[\]|"'\\\s`*{}^]/g;

/** @returns null when it is no such URL, or too long: then the words stand without a link */
export function safeUrl(text: string | null | undefined): string | null {
  if (!text || text.length > LONGEST || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  // The host stands apart: an IPv6 address needs its brackets. A password in the URL is left behind.
  const safe = url.origin + (url.pathname + url.search + url.hash).replace(MEANINGFUL, percentEncode);
  return safe.length <= LONGEST ? safe : null;
}

function percentEncode(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
