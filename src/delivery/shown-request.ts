/** What may be shown and recorded of a request that was sent, or would be. */
import type { Seal, Sent } from '../kinds/kind.ts';
import { maskHeaders, maskSecrets } from '../masking/mask-secrets.ts';
import { maskUrl } from '../masking/mask-url.ts';
import type { AttemptRecord } from '../model/attempt.ts';
import type { HttpRequest } from '../model/request.ts';
import type { Target } from '../model/webhook.ts';

export type ShownRequest = Pick<
  AttemptRecord,
  'method' | 'url' | 'requestHeaders' | 'requestEnvelope' | 'requestBody'
>;

export function shownRequest(target: Target, { request, seal }: Sent): ShownRequest {
  return {
    method: request.method,
    url: shownUrl(target),
    requestHeaders: maskHeaders(withoutSecrets(request.headers, target, seal), target),
    requestEnvelope: maskEnvelope(request.envelope),
    requestBody: request.envelope === undefined ? maskSecrets(request.body, target) : null,
  };
}

/** To parse a URL takes longer than the rest of the record. */
const shownUrls = new WeakMap<Target, string>();

function shownUrl(target: Target): string {
  const shown = shownUrls.get(target) ?? maskUrl(target.kind, target.url);
  shownUrls.set(target, shown);
  return shown;
}

/** What is secret as a whole is known by its place: one of three letters is not searched for in texts, where it would hide words. */
function withoutSecrets(
  headers: HttpRequest['headers'],
  { headers: own, jenkins }: Target,
  { auth, secret }: Seal,
): HttpRequest['headers'] {
  const isPassword = auth === 'password' && secret !== null;
  if (!isPassword && own.length === 0 && jenkins === null) return headers;
  const names = [
    ...(isPassword ? PASSWORDS : []),
    ...(jenkins === null ? [] : ['token']),
    ...own.map(([name]) => name),
  ];
  return headers.map(([name, value]) => [name, names.includes(name) ? '***' : value]);
}

const PASSWORDS = ['X-Gitee-Token', 'X-Gitlab-Token'];

function maskEnvelope(envelope: HttpRequest['envelope']): AttemptRecord['requestEnvelope'] {
  if (envelope === undefined) return null;
  return envelope.password === '' ? envelope : { ...envelope, password: '***' };
}
