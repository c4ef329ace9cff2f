/**
 * What receivers use of the bodies of Gitea, Forgejo and Gogs; all other keys pass, and stay in the data. Loaded only to parse, as
 * it brings zod.
 */
import { z } from 'zod';

const text = z.string();
const user = z.object({ id: z.number(), login: text, full_name: text.nullish(), email: text.nullish() });
const repository = z.object({
  id: z.number(),
  name: text,
  full_name: text,
  private: z.boolean(),
  owner: user,
  html_url: text,
  clone_url: text,
  ssh_url: text,
  default_branch: text,
});
const identity = z.object({ name: text, email: text.nullish(), username: text.nullish() });
/** Go writes an empty list as null. */
const paths = z.array(text).nullish();
const commit = z.object({
  id: text,
  message: text,
  url: text,
  author: identity,
  committer: identity.nullish(),
  timestamp: text,
  added: paths,
  removed: paths,
  modified: paths,
});
const issue = z.object({
  number: z.number(),
  title: text,
  body: text.nullish(),
  state: text,
  html_url: text.nullish(),
  user,
  labels: z.array(z.object({ name: text })).nullish(),
  /** Null, or not there, when it is no pull request. */
  pull_request: z.object({}).nullish(),
});
const side = z.object({ ref: text, sha: text, repo: repository.nullish() });
const common = { repository, sender: user };
const refName = { ...common, ref: text, ref_type: z.enum(['branch', 'tag']) };

/** By `X-Gitea-Event`. */
export const giteaBodies = {
  push: z.object({
    ...common,
    ref: text,
    before: text,
    after: text,
    compare_url: text,
    /** The newest first, and not all of a large push. */
    commits: z.array(commit).nullable(),
    total_commits: z.number().optional(),
    head_commit: commit.nullish(),
    pusher: user,
  }),
  create: z.object({ ...refName, sha: text.optional() }),
  delete: z.object(refName),
  pull_request: z.object({
    ...common,
    action: text,
    number: z.number(),
    pull_request: issue.extend({
      merged: z.boolean(),
      merge_commit_sha: text.nullish(),
      head: side,
      base: side,
    }),
  }),
  issues: z.object({ ...common, action: text, number: z.number().optional(), issue }),
  issue_comment: z.object({
    ...common,
    action: text,
    issue,
    comment: z.object({ id: z.number(), body: text, html_url: text, user }),
    is_pull: z.boolean().optional(),
  }),
};
