/** Masks a webhook's secrets in anything that is recorded of it: requests, answers, errors, hints. */

import { isGrouped, type KindName } from '../model/names.ts';
import { createMask, maskAddresses, maskSignatures } from './mask.ts';
import { urlSecrets, userSecrets } from './robot-token.ts';

export interface Secrets {
  kind: KindName;
  url: string;
  secret: string | null;
  /** The secret that is being replaced. */
  old?: { secret: string } | null;
  reach?: { proxy: string | null; client_key: string | null };
  /** Its own request headers. */
  headers?: readonly (readonly [name: string, value: string])[];
}

/** Every delivery of a webhook masks twenty texts, in search of the same secrets. */
const masks = new WeakMap<Secrets, (text: string) => string>();

/** Robots also give away our own address, which is masked too. */
export function maskSecrets(text: string, target: Secrets): string {
  let mask = masks.get(target);
  if (mask === undefined) {
    mask = createMask(secretsOf(target));
    masks.set(target, mask);
  }
  const masked = maskSignatures(mask(text));
  return isGrouped(target.kind) ? maskAddresses(masked) : masked;
}

/**
 * Masks the values of headers. All are searched in one go, as there is hardly ever something to hide: then they are given
 * back as they came.
 */
export function maskHeaders<T extends readonly [name: string, value: string][]>(
  headers: T,
  target: Secrets,
): T {
  const values = headers.map(header => header[1]).join('\n');
  if (maskSecrets(values, target) === values) return headers;
  return headers.map(([name, value]): [string, string] => [name, maskSecrets(value, target)]) as never;
}

function secretsOf({ kind, url, secret, old, reach, headers = [] }: Secrets): string[] {
  const proxy = reach?.proxy == null || !URL.canParse(reach.proxy) ? [] : userSecrets(new URL(reach.proxy));
  const more = [secret, old?.secret, reach?.client_key].filter(each => typeof each === 'string');
  return [
    ...urlSecrets(kind, url),
    ...proxy,
    ...more,
    ...headers.flatMap(([, value]) => headerSecrets(value)),
  ];
}

/** Words of a header's value as long as that are keys, shorter ones are names: `Bearer`, `session`. */
const LONG_WORD = 8;

/** The value, and what of it may come back alone: the token behind `Bearer`, the password of `Basic`, a cookie's key. */
function headerSecrets(value: string): string[] {
  const words = value.split(/[\s,;="']+/).filter(word => word.length >= LONG_WORD);
  const [, basic] = /^basic +([a-z0-9+/]+=*)$/i.exec(value) ?? [];
  const pair = basic === undefined ? '' : Buffer.from(basic, 'base64').toString('utf8');
  return [value, ...words, pair, pair.slice(pair.indexOf(':') + 1)].filter(secret => secret !== '');
}
