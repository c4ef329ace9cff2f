/** What checking a delivery came to. Words for programs; `message` is for a log and never holds a secret. */

/** `gitea` is Forgejo and Gogs too. */
export const DIALECTS = ['gitee', 'github', 'gitlab', 'gitea'] as const;
export type Dialect = (typeof DIALECTS)[number];

/**
 * How a delivery proved itself. `standard` covers the body and the time, `body` (GitHub's and Gitea's signatures) the body alone;
 * Gitee's `signature` covers only the time, and a `password` (Gitee's, GitLab's token) nothing.
 */
export type Proof = 'standard' | 'body' | 'signature' | 'password';

export type Refusal =
  /** A header that this proof needs is not there, is there twice, or is not what it should be. */
  | 'missing-header'
  | 'duplicate-header'
  | 'odd-header'
  /** Right in form, but its time is too far from now. */
  | 'out-of-time'
  /** Nothing was proved with any of the secrets. */
  | 'no-match'
  /** The delivery brings another proof than those that were asked for. */
  | 'other-proof'
  /** It speaks as another forge than those that were asked for, or as two. */
  | 'other-dialect'
  | 'two-dialects';

export interface Refused {
  ok: false;
  reason: Refusal;
  message: string;
}

export interface Genuine<D extends Dialect | null> {
  ok: true;
  /** Whose words it speaks; null where nothing was asked and no header says that it is Gitee. */
  dialect: D;
  proof: Proof;
  /** To de-duplicate by; null from gitee.com, which sends none. */
  id: string | null;
  /** Milliseconds since 1970, by the sender's clock. Null where nothing signed says the time: remember the id then. */
  timestamp: D extends 'gitee' | null ? number : number | null;
}

export type Verified<D extends Dialect | null = 'gitee' | null> = Genuine<D> | Refused;

export function refuse(reason: Refusal, message: string): Refused {
  return { ok: false, reason, message };
}
