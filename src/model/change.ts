/**
 * What a push did to the refs, as Git tells it and before it is put into Gitee's words: the seam between `git/`,
 * which finds these facts, and the events, which are built from them.
 */

/** One line of a `post-receive` hook's input. Object ids are hex; all zeros where the ref did not or does not exist. */
export interface RefUpdate {
  old: string;
  new: string;
  /** Full ref name. Bytes that are no UTF-8 have become U+FFFD. */
  ref: string;
}

/** A person as a commit or tag names them; nothing about these strings is checked by Git. */
export interface Signature {
  name: string;
  email: string;
  /** Seconds since 1970, and the offset as Git writes it, e.g. `+0800`. */
  seconds: number;
  offset: string;
}

/** Paths against another tree, of a commit that of its first parent; a rename is a removal and an addition. */
export interface Paths {
  added: string[];
  removed: string[];
  modified: string[];
}

export interface Commit extends Paths {
  id: string;
  tree: string;
  parents: string[];
  /** Raw text with its trailing newline, re-encoded to UTF-8; bytes that cannot be become U+FFFD. */
  message: string;
  author: Signature;
  committer: Signature;
}

/** What only payloads of forges need (`wantsFacts`). What is absent is not known: nothing is guessed. */
export interface MoreFacts {
  /** Created branch: commits that no branch had before this push, newest first, cut as `commits` are. */
  fresh?: { commits: Commit[]; total: number };
  /** The paths of the whole update that no listed commit has. */
  rest?: Paths;
  /** Created ref: full name of a branch at the same commit. */
  base?: string;
  /** Annotated tag: its whole message. */
  message?: string;
  /** All paths of the whole update. */
  paths?: string[];
}

/** A ref update with everything that is said about it later. */
export interface RefChange {
  ref: string;
  kind: 'branch' | 'tag';
  old: string;
  new: string;
  created: boolean;
  deleted: boolean;
  /** True when the update took commits away from the ref (no fast-forward). Tags: true when one was moved. */
  forced: boolean;
  /** Commit at the new tip, peeled; null on delete, for a tag of something that is no commit, when it is missing. */
  head: Commit | null;
  /** Commits that the update brought, newest first, at most the asked number. Empty for create, delete and tags. */
  commits: Commit[];
  /** Commits reachable from the new tip and not from the old one (create: all reachable); null: delete, tags. */
  total: number | null;
  /** Commits that a forced branch update took away; 0 otherwise. */
  removed: number;
  /** Annotated tag: its own message and tagger. */
  tag: { message: string; tagger: Signature | null } | null;
  /** What was left out because it was too large, one plain sentence each. */
  cut: string[];
  /** Undefined: nobody wants it. */
  more?: MoreFacts;
}

const ZERO = /^0+$/;

/** True for the all-zero object id that stands for "no such ref", in SHA-1 and SHA-256 length. */
export function isZeroId(id: string): boolean {
  return ZERO.test(id);
}

/** Only these become events of their own, and stand in the ledger. */
export function isBranchOrTag({ ref }: Pick<RefUpdate, 'ref'>): boolean {
  return ref.startsWith('refs/heads/') || ref.startsWith('refs/tags/');
}
