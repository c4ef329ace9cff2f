/**
 * A pull request, and the event about one, which Gitee calls merge request on the wire (gitee-format.md §3.10 and §6).
 * `project` and `repository` are those of the target.
 */
import { z } from 'zod';
import { enterprise, repository } from './repository.ts';
import { giteeId, objectId, timestamp } from './scalar.ts';
import { label, milestone, threadFacts } from './thread.ts';
import { fullUser } from './user.ts';

const state = z.enum(['open', 'closed', 'merged']);
const mergeStatus = z.enum(['unchecked', 'can_be_merged', 'can_be_resolve']);
/** Linked issues have the shape of Gitee's API; only the empty list was ever seen. */
const linkedIssues = z.array(z.record(z.string(), z.json()));

/** Either end of a pull request (gitee-format.md §3.11): `label` is `<namespace display name>:<branch>`. */
export const branch = z.strictObject({
  label: z.string(),
  ref: z.string(),
  repo: repository,
  sha: objectId,
  user: fullUser,
});
export type Branch = z.infer<typeof branch>;

/** The 38 keys of a pull request. */
export const pullRequest = z.strictObject({
  additions: z.int(),
  /** Null in all real deliveries; `assignees` holds them. */
  assignee: fullUser.nullable(),
  assignees: z.array(fullUser),
  base: branch,
  body: z.string().nullable(),
  changed_files: z.int(),
  closed_at: timestamp.nullable(),
  comments: z.int(),
  commits: z.int(),
  created_at: timestamp,
  deletions: z.int(),
  diff_url: z.string(),
  /** Null when the source is gone. */
  head: branch.nullable(),
  html_url: z.string(),
  id: giteeId,
  issues: linkedIssues,
  labels: z.array(label),
  languages: z.array(z.string()),
  merge_commit_sha: objectId.nullable(),
  merge_reference_name: z.string(),
  merge_status: mergeStatus,
  mergeable: z.boolean().nullable(),
  merged: z.boolean(),
  merged_at: timestamp.nullable(),
  milestone: milestone.nullable(),
  need_review: z.boolean(),
  need_test: z.boolean(),
  number: giteeId,
  patch_url: z.string(),
  stale_issues: linkedIssues,
  stale_labels: z.array(label),
  state,
  /** Always null: one client models it as a list, so an object would break it. */
  tester: z.null(),
  testers: z.array(fullUser),
  title: z.string(),
  updated_at: timestamp,
  updated_by: fullUser.nullable(),
  user: fullUser,
});
export type PullRequest = z.infer<typeof pullRequest>;

/** Source and target name their repository twice. */
const side = z.strictObject({ project: repository, repository });

export const mergeRequest = z.strictObject({
  action: z.enum(['open', 'update', 'close', 'merge', 'reopen', 'approved', 'tested', 'test', 'assign']),
  /** Never null: two clients need a string. Known: `source_branch_changed`, `update_label`, … (gitee-format.md §6). */
  action_desc: z.string(),
  author: fullUser,
  body: z.string().nullable(),
  enterprise: enterprise.nullable(),
  iid: giteeId,
  languages: z.array(z.string()),
  merge_commit_sha: objectId.nullable(),
  merge_status: mergeStatus,
  number: giteeId,
  project: repository,
  pull_request: pullRequest,
  push_data: z.null(),
  repository,
  sender: fullUser,
  /** Of a request from Git a topic, and no branch: fetch `refs/pull/<number>/head`, check out `pull_request.head.sha`. */
  source_branch: z.string().nullable(),
  source_repo: side.nullable(),
  state,
  target_branch: z.string(),
  target_repo: side,
  target_user: fullUser.nullable(),
  title: z.string(),
  updated_by: fullUser,
  url: z.string(),
});
export type MergeRequest = z.infer<typeof mergeRequest>;

/** Beside Gitee's fields; the wire never carries it. */
export const mergeRequestFacts = threadFacts.extend({
  draft: z.boolean(),
  /** The merge was recognised by content (squash or rebase), not by the head being reachable. */
  inferred: z.boolean(),
  /** These two only for webhooks that speak as a forge (`wantsFacts`). The head before, when the source branch changed. */
  old_head: objectId.optional(),
  /** What the head says of itself. Seconds since 1970 and the offset, e.g. `+0800`, are its author's. */
  head_commit: z
    .strictObject({
      message: z.string(),
      author: z.strictObject({ name: z.string(), email: z.string() }),
      seconds: z.int(),
      offset: z.string().optional(),
    })
    .optional(),
  /** Only for webhooks that filter by paths: all files that it changes. Absent: not known. */
  paths: z.array(z.string()).optional(),
});
export type MergeRequestFacts = z.infer<typeof mergeRequestFacts>;
