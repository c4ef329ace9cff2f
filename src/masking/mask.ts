/**
 * Hides what must not be shown or logged: tokens, signatures and secrets, and our own address, which WeCom puts into
 * every error and DingTalk into its address complaint (chat-robots.md §1 rule 5).
 */
import { isIPv4, isIPv6 } from 'node:net';

const MASK = '***';
/** Shorter ones are words, not secrets: masking each "ok" of an answer would only hide the answer. */
const SHORTEST_SECRET = 4;

const IPV4_LIKE = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)/g;
/** Two groups at least, so that a time of day (12:31:05) and a word (a::b) stay. */
const IPV6_LIKE = /[0-9A-Fa-f:]{6,}/g;
const SIGNATURE = /("sign"\s*:\s*")[^"]*(")|([?&](?:sign|access_token|key|token)=)[^&\s"]*/g;

/** @param secrets in clear; they are found URL-encoded, inside JSON and in Base64 as well */
export function maskAnswer(text: string, secrets: readonly string[]): string {
  return maskAddresses(maskGiven(text, secrets));
}

/** For what we sent: the signature is good for an hour. */
function maskGiven(text: string, secrets: readonly string[]): string {
  return maskSignatures(createMask(secrets)(text));
}

/** The secrets alone; made once for texts that come by the thousand. */
export function createMask(secrets: readonly string[]): (text: string) => string {
  const longestFirst = secrets
    .filter(secret => secret.length >= SHORTEST_SECRET)
    .flatMap(spellings)
    .filter(spelling => spelling.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return text => text;
  const any = new RegExp(longestFirst.map(RegExp.escape).join('|'), 'g');
  return text => text.replace(any, MASK);
}

export function maskSignatures(text: string): string {
  return text.replace(SIGNATURE, (_, open, close, query) => `${open ?? query}${MASK}${close ?? ''}`);
}

/** How a receiver may give back what it was given. */
function spellings(secret: string): string[] {
  const text = secret.toWellFormed();
  const padded = Buffer.from(text).toString('base64');
  const base64 = padded.replace(/=+$/, '');
  // The part behind the prefix is the key itself.
  const bare = text.replace(/^whsec_/, '');
  // As UTF-8 taken for Latin-1: a header is read so.
  const bytes = Buffer.from(text).toString('latin1');
  return [
    ...new Set([
      secret,
      encodeURIComponent(text),
      JSON.stringify(text).slice(1, -1),
      padded,
      base64,
      bare,
      bytes,
    ]),
  ];
}

export function maskAddresses(text: string): string {
  return text
    .replace(IPV4_LIKE, found => (isIPv4(found) ? MASK : found))
    .replace(IPV6_LIKE, found => {
      const bare = found.replace(/(?<!:):$/, '');
      return isIPv6(bare) ? MASK + found.slice(bare.length) : found;
    });
}
