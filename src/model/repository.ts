/** A repository as belfry knows it. It is one for ever; where it stands and what it is called follows what is seen. */

export interface Repository {
  id: number;
  /** Absolute, symbolic links resolved: git is run on this. */
  directory: string;
  /** As it was found. */
  path: string;
  full_name: string;
  company: string | null;
  /** The root that names it; null outside all roots: only its own webhooks hear of it. */
  root: string | null;
  /** Since when nothing is there any more. Milliseconds since 1970. */
  gone_at: number | null;
  created_at: number;
}

/** What is known after the places were examined. */
export interface SettledRepositories {
  /** The repository of each place that was asked for, in their order. */
  rows: Repository[];
  renamed: { row: Repository; from: string }[];
  /** Another directory stands at their names than before: what its refs are nobody has announced. */
  replaced: Repository[];
  /** Nothing stands there any more since now. */
  gone: Repository[];
  aliases: { path: string; repositoryId: number }[];
}

/** A push of which its hook was not given all. */
export interface LostInput {
  at: number;
  /** What shows it, as the rest of a sentence. */
  why: string;
  /** Path of the program that starts belfry's hook and does not hand on its whole input. */
  dispatcher: string;
  /** When that was last changed, as the file system says, milliseconds since 1970: another one may be fixed. */
  changedAt: number;
}

/** What the last walk over the roots found beside repositories that are well. */
export interface RootFinding {
  path: string;
  /** The table `root_finding` says what each is. */
  kind: 'alias' | 'no-hook' | 'link' | 'same-name' | 'own-hooks';
  repository_id: number | null;
  detail: string;
}
