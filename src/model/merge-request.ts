/**
 * A merge request as belfry keeps it. What Gitee's format says about one is computed from this and from the repository;
 * nothing of it is guessed.
 */

export const MERGE_REQUEST_STATES = ['open', 'closed', 'merged'] as const;
export type MergeRequestState = (typeof MERGE_REQUEST_STATES)[number];

export interface MergeRequestRecord {
  id: number;
  repository_id: number;
  /** Counts within the repository. */
  number: number;
  author_id: number;
  /** A branch without `refs/heads/`. */
  target: string;
  /** Empty: the author has given none. */
  topic: string;
  /** `new` until the push that made it is announced. */
  state: 'new' | MergeRequestState;
  title: string;
  body: string;
  draft: boolean;
  /** The commit that is to be merged, and the tip of the target, both as they were last announced. */
  head: string;
  base: string;
  merge_status: 'unchecked' | 'can_be_merged' | 'can_be_resolve';
  /** Null: nobody knows, because git is too old for it. */
  mergeable: boolean | null;
  /** While it is open the trial merge, then the commit that merged it. */
  merge_commit: string | null;
  additions: number;
  deletions: number;
  changed_files: number;
  commits: number;
  comments: number;
  patch_ids: PatchIds;
  updated_by: number;
  /** Times in milliseconds since 1970. */
  created_at: number;
  updated_at: number;
  closed_at: number | null;
  merged_at: number | null;
  version: number;
}

/** By what a merge is recognised that left no trace in the history: `git patch-id` of all as one, and of each commit. */
export interface PatchIds {
  /** Null: nothing is changed, or it is too large. */
  whole: string | null;
  commits: string[];
}

/** One for each repository, pusher, target and topic. */
export interface TopicKey {
  repositoryId: number;
  authorId: number;
  target: string;
  topic: string;
}

export interface CommentRecord {
  id: number;
  user_id: number;
  body: string;
  created_at: number;
}
