/** What receivers use of GitHub's bodies; all other keys pass, and stay in the data. Loaded only to parse, as it brings zod. */
import { z } from 'zod';

const text = z.string();
const user = z.object({ login: text, id: z.number() });
const repository = z.object({
  id: z.number(),
  name: text,
  full_name: text,
  private: z.boolean(),
  owner: z.object({ login: text }),
  html_url: text,
  clone_url: text,
  ssh_url: text,
  default_branch: text,
});
const identity = z.object({ name: text, email: text.nullish(), username: text.optional() });
const commit = z.object({
  id: text,
  tree_id: text,
  distinct: z.boolean(),
  message: text,
  timestamp: text,
  url: text,
  author: identity,
  committer: identity,
  added: z.array(text),
  removed: z.array(text),
  modified: z.array(text),
});
const issue = z.object({
  number: z.number(),
  title: text,
  body: text.nullable(),
  state: text,
  html_url: text,
  user: user.nullable(),
  labels: z.array(z.object({ name: text })),
  /** Only there when it is a pull request. */
  pull_request: z.object({ html_url: text.nullish() }).optional(),
});
const comment = z.object({ id: z.number(), body: text, html_url: text, user: user.nullable() });
/** `repo` is null where a fork is gone. */
const side = z.object({
  ref: text,
  sha: text,
  repo: z.object({ full_name: text, clone_url: text }).nullable(),
});
const pullRequest = z.object({
  number: z.number(),
  title: text,
  body: text.nullable(),
  state: text,
  html_url: text,
  draft: z.boolean().optional(),
  merged: z.boolean().nullish(),
  merge_commit_sha: text.nullable(),
  user: user.nullable(),
  head: side,
  base: side,
});
const common = { repository, sender: user };
const refName = { ...common, ref: text, ref_type: z.enum(['branch', 'tag']) };

/** By `X-GitHub-Event`. */
export const githubBodies = {
  push: z.object({
    ...common,
    ref: text,
    before: text,
    after: text,
    created: z.boolean(),
    deleted: z.boolean(),
    forced: z.boolean(),
    base_ref: text.nullable(),
    compare: text,
    /** The oldest first. */
    commits: z.array(commit),
    head_commit: commit.nullable(),
    pusher: z.object({ name: text, email: text.nullish() }),
  }),
  create: z.object({ ...refName, master_branch: text, description: text.nullable() }),
  delete: z.object(refName),
  ping: z.object({
    zen: text.optional(),
    hook_id: z.number(),
    repository: repository.optional(),
    sender: user.optional(),
  }),
  pull_request: z.object({ ...common, action: text, number: z.number(), pull_request: pullRequest }),
  issues: z.object({ ...common, action: text, issue }),
  issue_comment: z.object({ ...common, action: text, issue, comment }),
  commit_comment: z.object({ ...common, action: text, comment: comment.extend({ commit_id: text }) }),
};
