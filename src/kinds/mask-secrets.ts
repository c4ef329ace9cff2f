/** Masks a webhook's secrets in anything that is recorded of it: requests, answers, errors, hints. */
import { maskAnswer, maskGiven } from '../robots/mask.ts';
import type { KindName } from './kind.ts';
import { urlSecrets, userSecrets } from './robot-token.ts';

export interface Secrets {
  kind: KindName;
  url: string;
  secret: string | null;
  /** The secret that is being replaced. */
  old?: { secret: string } | null;
  reach?: { proxy: string | null; client_key: string | null };
}

/** Robots also give away our own address, which is masked too. */
export function maskSecrets(text: string, { kind, url, secret, old, reach }: Secrets): string {
  const proxy = reach?.proxy == null || !URL.canParse(reach.proxy) ? [] : userSecrets(new URL(reach.proxy));
  const more = [secret, old?.secret, reach?.client_key].filter(each => typeof each === 'string');
  const secrets = [...urlSecrets(kind, url), ...proxy, ...more];
  return kind === 'gitee' ? maskGiven(text, secrets) : maskAnswer(text, secrets);
}
