/** Git's raw date, `1633679083 +0800`, of an author, committer or tagger. What is none becomes 1970 in UTC. */
import type { Signature } from '../model/change.ts';

export function gitDate(text: string): Pick<Signature, 'seconds' | 'offset'> {
  const match = /^(\d+) ([+-]\d{4})$/.exec(text) ?? /^(\d+) /.exec(text);
  const seconds = Number(match?.[1] ?? 0);
  return { seconds: Number.isSafeInteger(seconds) ? seconds : 0, offset: match?.[2] ?? '+0000' };
}
