/** What a webhook's own headers add to a request that its kind has sealed. */
import { createHmac } from 'node:crypto';
import { type OwnHeader, parseHmacHeader } from '../model/own-header.ts';
import type { HttpRequest } from '../model/request.ts';

/** @param hmacHeader as it is stored; without a secret there is nothing to sign with */
export function withOwnHeaders(
  request: HttpRequest,
  headers: readonly OwnHeader[],
  hmacHeader: string | null,
  secret: string | null,
): HttpRequest {
  if (headers.length === 0 && hmacHeader === null) return request;
  const signed = hmacHeader === null || secret === null ? [] : [hmacOf(request.body, hmacHeader, secret)];
  const own = headers.map(([name, value]): [string, string] => [name, value]);
  return { ...request, headers: [...request.headers, ...own, ...signed] };
}

/** The key is the whole text of the secret, also of one that begins with `whsec_`: receivers of such headers know no prefix. */
function hmacOf(body: string, stored: string, secret: string): [name: string, value: string] {
  const { name, algorithm, form } = parseHmacHeader(stored)!;
  const mac = createHmac(algorithm, secret).update(body, 'utf8');
  const value = mac.digest(form === 'base64' ? 'base64' : 'hex');
  return [name, form === 'prefixed' ? `${algorithm}=${value}` : value];
}
