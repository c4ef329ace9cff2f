/** A webhook's URL as it may be shown. */
import { isGrouped, type KindName } from '../model/names.ts';
import { hasPlainPath, LONG_PART, robotToken } from './robot-token.ts';

/** Enough to tell two robots apart; of a short token not even that is shown. */
const SHOWN = 4;
const SHORTEST_SHOWN = 16;

/**
 * Robots: the host and at most the last four characters of the token. Others: the URL without its password and without the
 * values of its query; and where not Gitee's but a forge's receivers listen, whose path may be the secret, without its long parts.
 */
export function maskUrl(kind: KindName, url: string): string {
  if (!isGrouped(kind)) return maskedQuery(hasPlainPath(kind) ? url : withoutLongParts(url));
  const token = robotToken(kind, url);
  const end = token.length >= SHORTEST_SHOWN ? token.slice(-SHOWN) : '';
  return `${new URL(url).origin}/…${end}`;
}

/** What a payload may say of its own target: the rest may be the key. */
export function shownTarget(url: string): string {
  return `${new URL(url).origin}/***`;
}

function withoutLongParts(url: string): string {
  const shown = new URL(url);
  const parts = shown.pathname.split('/').map(part => (part.length >= LONG_PART ? '***' : part));
  shown.pathname = parts.join('/');
  return shown.href;
}

function maskedQuery(url: string): string {
  const shown = new URL(url);
  if (shown.username !== '') shown.username = '***';
  if (shown.password !== '') shown.password = '***';
  // Only names stay; what stands alone may be a token as well.
  shown.search = shown.search.replace(/([?&;])([^=&;]*)(=?)[^&;]*/g, (_, mark, name, equals) =>
    equals === '' ? `${mark}***` : `${mark}${name}=***`,
  );
  shown.hash = '';
  return shown.href;
}

/** Text that is no URL may hold a password anywhere, so that nothing before an `@` is shown. */
export function maskProxy(text: string): string {
  const url = URL.parse(text);
  if (url === null || url.host === '') return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@');
  const user = url.username === '' && url.password === '' ? '' : '***@';
  return `${url.protocol}//${user}${url.host}`;
}
