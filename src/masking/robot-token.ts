/** What in a robot's URL is the secret, and what tells one robot from another. */
import { isGrouped, type KindName } from '../model/names.ts';

/** The query parameter that is the token; Feishu and Slack carry theirs as the last part of the path. */
const PARAMETER: Partial<Record<KindName, string>> = { dingtalk: 'access_token', wecom: 'key' };

/** The token of a robot's URL; a gateway that has no such place gets its whole path and query. */
export function robotToken(kind: KindName, url: string): string {
  const { pathname, search, searchParams } = new URL(url);
  const parameter = PARAMETER[kind];
  if (parameter !== undefined) return searchParams.get(parameter) || pathname + search;
  return pathname.split('/').findLast(part => part !== '') ?? search;
}

/**
 * The same text for the same robot, whatever the webhook: two webhooks with one URL share its allowance. It holds the
 * token: keep only its hash (SHA-256).
 */
export function robotKey(kind: KindName, url: string): string {
  const { host, pathname } = new URL(url);
  const path = pathname.replace(/\/+/g, '/').replace(/\/$/, '');
  return `${kind} ${host.replace(/\.$/, '')}${path} ${robotToken(kind, url)}`;
}

/** Everything in a URL that must not be shown: token, password, values of the query, long parts of the path. */
export function urlSecrets(kind: KindName, url: string): string[] {
  const parsed = new URL(url);
  const { pathname, searchParams } = parsed;
  const parts = hasPlainPath(kind) ? [] : pathname.split('/').filter(part => part.length >= LONG_PART);
  const token = isGrouped(kind) ? [robotToken(kind, url)] : [];
  return [url, ...token, ...userSecrets(parsed), ...searchParams.values(), ...parts].filter(
    secret => secret !== '',
  );
}

/** Of `https://user:password@…`, also in the form that goes over the wire (RFC 7617). */
export function userSecrets({ username, password }: URL): string[] {
  if (username === '' && password === '') return [];
  const plain = [username, password].map(text => decoded(text));
  const pair = Buffer.from(plain.join(':')).toString('base64');
  return [username, password, ...plain, pair].filter(secret => secret !== '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Words of an API's path are shorter, keys are longer. */
export const LONG_PART = 16;

/** Whether a path is only an address: Gitee's receivers and Jenkins have their key elsewhere. */
export function hasPlainPath(kind: KindName): boolean {
  return kind === 'gitee' || kind === 'jenkins';
}
