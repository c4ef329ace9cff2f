/** Masks a webhook's secrets in anything that is recorded of it: requests, answers, errors, hints. */
import { maskAnswer, maskGiven } from '../robots/mask.ts';
import type { KindName } from './kind.ts';
import { urlSecrets } from './robot-token.ts';

export interface Secrets {
  kind: KindName;
  url: string;
  secret: string | null;
}

/** Robots also give away our own address, which is masked too. */
export function maskSecrets(text: string, { kind, url, secret }: Secrets): string {
  const secrets = [...urlSecrets(kind, url), ...(secret === null ? [] : [secret])];
  return kind === 'gitee' ? maskGiven(text, secrets) : maskAnswer(text, secrets);
}
