/**
 * Push and tag push: the same body, told apart by `hook_name` and header (gitee-format.md §4). The keys of the envelope
 * (`hook_id`, `hook_name`, `hook_url`, `password`, `sign`, `timestamp`) belong to the kind `gitee`, not to the event.
 */
import { z } from 'zod';
import { enterprise, repository } from './repository.ts';
import { giteeId, objectId, timestamp } from './scalar.ts';
import { commitIdentity, fullUser, shortUser } from './user.ts';

/** A commit in Gitee's words: 12 keys (gitee-format.md §3.4). */
export const commit = z.strictObject({
  added: z.array(z.string()),
  author: commitIdentity,
  committer: commitIdentity,
  distinct: z.boolean(),
  id: objectId,
  message: z.string(),
  modified: z.array(z.string()),
  parent_ids: z.array(objectId),
  removed: z.array(z.string()),
  timestamp,
  tree_id: objectId,
  url: z.string(),
});
export type GiteeCommit = z.infer<typeof commit>;

export const push = z.strictObject({
  after: objectId,
  before: objectId,
  commits: z.array(commit).nullable(),
  commits_more_than_ten: z.boolean().nullable(),
  compare: z.string(),
  created: z.boolean(),
  deleted: z.boolean(),
  enterprise: enterprise.nullable(),
  head_commit: commit.nullable(),
  project: repository,
  push_data: z.null(),
  pusher: shortUser,
  ref: z.string(),
  repository,
  sender: fullUser,
  total_commits_count: z.int().nullable(),
  user: shortUser,
  user_email: z.string(),
  user_id: giteeId,
  user_name: z.string(),
});
export type Push = z.infer<typeof push>;

/** What a push event knows beside Gitee's fields: robots use it, the wire never carries it. */
export const pushFacts = z.strictObject({
  forced: z.boolean(),
  /** Commits that a forced update took away. */
  removed: z.int(),
  /** Annotated tag: first line of its message, and who made it. */
  tag: z.strictObject({ subject: z.string(), tagger: z.string().nullable() }).nullable(),
  /** The ref's page in the web front end; null when it is deleted. */
  ref_url: z.string().nullable(),
  /** What was left out because it was too large, one plain sentence each. */
  cut: z.array(z.string()),
  /** Found by comparing refs, not announced by a hook. */
  recovered: z.boolean(),
  /**
   * What follows is there only when a webhook that speaks as a forge could hear of the push (`wantsFacts`); absent: not known.
   *
   * Created branch: the commits that no branch had before this push, newest first, at most `payload.commits`; `total` counts
   * all of them.
   */
  fresh: z.strictObject({ commits: z.array(commit), total: z.int() }).optional(),
  /**
   * What lies between before and after (of a created branch: between where it left the default branch and its tip) and is in
   * no listed commit, there whenever something was cut. When it is absent, although fewer commits are listed than there are or
   * `cut` is not empty, nobody knows all the paths.
   */
  rest: z
    .strictObject({
      added: z.array(z.string()),
      removed: z.array(z.string()),
      modified: z.array(z.string()),
    })
    .optional(),
  /** Created branch or tag: full name of a branch at the same commit, the default branch before others. */
  base: z.string().optional(),
  /**
   * Only for webhooks that filter by paths: all files that differ between before and after; of a created branch between where
   * it left the default branch and its tip. Absent: not known.
   */
  paths: z.array(z.string()).optional(),
  /** Annotated tag: its whole message. */
  message: z.string().optional(),
});
export type PushFacts = z.infer<typeof pushFacts>;
