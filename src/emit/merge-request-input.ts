/** A merge request of another system in a compact form (gitee-format.md §3.10 and §6). Both branches are of one repository. */
import { z } from 'zod';
import { mergeRequest, pullRequest } from '../gitee/merge-request.ts';
import { objectId } from '../gitee/scalar.ts';
import { eventInput } from './issue-input.ts';
import { momentInput } from './moment-input.ts';
import { personInput } from './person-input.ts';
import { countInput, externalId, labelsInput, milestoneInput, webUrl } from './thread-input.ts';

const SIDE = z.strictObject({
  branch: z
    .string()
    .max(1_000)
    .regex(/^(?!refs\/)[^\s\p{C}~^:?*[\\]+$/u, 'a branch name without refs/heads/'),
  sha: objectId.optional().describe('Default: the tip of the branch in the repository.'),
});

export const pullRequestInput = z.strictObject({
  number: z.int().min(1).max(2_147_483_647),
  id: externalId.optional().describe('Default: the number.'),
  title: z.string().min(1),
  body: z.string().nullable().optional(),
  author: personInput,
  state: pullRequest.shape.state,
  source: SIDE.nullable().describe('Null when the source is gone: the last one that was announced is sent.'),
  target: SIDE,
  draft: z.boolean().optional(),
  assignees: z.array(personInput).optional(),
  testers: z.array(personInput).optional(),
  labels: labelsInput.optional(),
  stale_labels: labelsInput.optional().describe('The labels before the change.'),
  milestone: milestoneInput.optional(),
  mergeable: z.boolean().nullable().optional().describe('Null: not known yet, which is the default.'),
  merge_commit_sha: objectId.nullable().optional(),
  need_review: z.boolean().optional(),
  need_test: z.boolean().optional(),
  languages: z.array(z.string()).optional(),
  additions: countInput.optional(),
  deletions: countInput.optional(),
  changed_files: countInput.optional(),
  commits: countInput.optional(),
  comments: countInput.optional(),
  url: webUrl.optional().describe('Its page. Default: made by the settings web.url and web.style.'),
  created_at: momentInput,
  updated_at: momentInput.optional().describe('Default: the time of the event.'),
  closed_at: momentInput.optional().describe('Default, when closed or merged: updated_at.'),
  merged_at: momentInput.optional().describe('Default, when merged: closed_at.'),
});
export type PullRequestInput = z.infer<typeof pullRequestInput>;

const DESC = 'a word that says what changed, such as source_branch_changed or update_label';

export const mergeRequestInput = z
  .strictObject({
    ...eventInput,
    action: mergeRequest.shape.action,
    action_desc: z
      .string()
      .min(1)
      .optional()
      .describe(`Needed for the action update: ${DESC}. Default: the action.`),
    merge_request: pullRequestInput.describe('As it is after the change.'),
  })
  .refine(value => value?.action !== 'update' || 'action_desc' in value, {
    error: DESC,
    path: ['action_desc'],
    when: () => true,
  });
export type MergeRequestInput = z.infer<typeof mergeRequestInput>;
