/** What receivers use of GitLab's bodies; all other keys pass, and stay in the data. Loaded only to parse, as it brings zod. */
import { z } from 'zod';

const text = z.string();
const project = z.object({
  id: z.number(),
  name: text,
  path_with_namespace: text,
  web_url: text,
  git_http_url: text,
  git_ssh_url: text,
  default_branch: text.nullish(),
});
const user = z.object({ id: z.number(), name: text, username: text });
const author = z.object({ name: text, email: text.nullish() });
const commit = z.object({
  id: text,
  message: text,
  timestamp: text.nullish(),
  url: text,
  author,
});
const pushed = commit.extend({ added: z.array(text), modified: z.array(text), removed: z.array(text) });
const issue = z.object({
  id: z.number(),
  iid: z.number(),
  title: text,
  description: text.nullish(),
  state: text.nullish(),
  url: text.nullish(),
});
const mergeRequest = issue.extend({
  source_branch: text,
  target_branch: text,
  merge_commit_sha: text.nullish(),
  draft: z.boolean().nullish(),
  last_commit: commit.nullish(),
});
/** GitLab's test button and some system events leave the action out. */
const action = { action: text.nullish() };
const push = {
  ref: text,
  /** Zeros: it is new, or gone. */
  before: text,
  after: text,
  checkout_sha: text.nullable(),
  message: text.nullish(),
  user_id: z.number(),
  user_name: text,
  user_username: text.nullish(),
  user_email: text.nullish(),
  project_id: z.number(),
  project,
  /** The oldest first, and not all of a large push. */
  commits: z.array(pushed),
  total_commits_count: z.number(),
};

/** By `object_kind`. */
export const gitlabBodies = {
  push: z.object({ object_kind: z.literal('push'), ...push }),
  tag_push: z.object({ object_kind: z.literal('tag_push'), ...push }),
  merge_request: z.object({
    object_kind: z.literal('merge_request'),
    user,
    project,
    /** `oldrev` is only there when the code has changed. */
    object_attributes: mergeRequest.extend({ ...action, oldrev: text.nullish() }),
  }),
  issue: z.object({
    object_kind: z.literal('issue'),
    user,
    project,
    object_attributes: issue.extend(action),
  }),
  note: z.object({
    object_kind: z.literal('note'),
    user,
    project,
    object_attributes: z.object({ ...action, id: z.number(), note: text, noteable_type: text, url: text }),
    /** One of the three, by `noteable_type`. */
    commit: commit.nullish(),
    merge_request: mergeRequest.nullish(),
    issue: issue.nullish(),
  }),
};
