/** Another system's merge request, completed to Gitee's (gitee-format.md §3.10 and §6). */
import { branchOf, mergeRequestEvent } from '../gitee/build-merge-request.ts';
import type { EventContent } from '../gitee/event.ts';
import type { Branch, PullRequest } from '../gitee/merge-request.ts';
import type { FullUser } from '../gitee/user.ts';
import type { EmitContext } from './emit-context.ts';
import type { Tips } from './emit-tips.ts';
import { lastSource, type Source } from './last-source.ts';
import type { MergeRequestInput, PullRequestInput } from './merge-request-input.ts';
import type { MoreFacts } from './more-facts.ts';

export async function emitMergeRequest(
  input: MergeRequestInput,
  tips: Tips,
  context: EmitContext,
  more: MoreFacts = {},
): Promise<EventContent> {
  const actor = await context.person(input.actor);
  const pull = await pullRequestOf(input.merge_request, actor, tips, context);
  const facts = { draft: input.merge_request.draft ?? false, inferred: false, recovered: false, ...more };
  return mergeRequestEvent(pull, actionOf(input), context, actor, facts);
}

export async function pullRequestOf(
  input: PullRequestInput,
  actor: FullUser,
  tips: Tips,
  context: EmitContext,
): Promise<PullRequest & { head: Branch }> {
  const source = input.source === null ? null : { branch: input.source.branch, sha: tips.source! };
  const { id, lastKnown } = await context.externalObject('merge_request', input.id ?? input.number, {
    lastKnown: source === null ? undefined : JSON.stringify(source),
  });
  const head = source ?? lastSource(lastKnown) ?? unknownSource(input.number, tips.target);
  const [labels, staleLabels] = await context.labels(input.labels, input.stale_labels ?? input.labels);
  const page = input.url ?? context.links.foreignRequest(input.number);
  const { diff, patch } = plainTexts(input, [tips.target, head.sha], context);
  const user = await context.person(input.author);
  const updated = input.updated_at;
  const { repository } = context;
  const closed = input.state === 'open' ? null : context.time(input.closed_at ?? updated);
  return {
    additions: input.additions ?? 0,
    // Null in every real delivery; `assignees` has them (gitee-format.md §3.10).
    assignee: null,
    assignees: await context.people(input.assignees),
    base: branchOf(input.target.branch, tips.target, repository.owner, repository),
    body: input.body ?? '',
    changed_files: input.changed_files ?? 0,
    closed_at: closed,
    comments: input.comments ?? 0,
    commits: input.commits ?? 0,
    created_at: context.time(input.created_at),
    deletions: input.deletions ?? 0,
    diff_url: diff,
    head: branchOf(head.branch, head.sha, user, repository),
    html_url: page,
    id,
    issues: [],
    labels: labels!,
    languages: input.languages ?? [],
    merge_commit_sha: input.merge_commit_sha ?? null,
    merge_reference_name: `refs/pull/${input.number}/MERGE`,
    merge_status: mergeStatus(input.mergeable ?? null),
    mergeable: input.mergeable ?? null,
    merged: input.state === 'merged',
    merged_at: input.state === 'merged' ? context.time(input.merged_at ?? input.closed_at ?? updated) : null,
    milestone: await context.milestone(input.milestone),
    need_review: input.need_review ?? false,
    need_test: input.need_test ?? false,
    number: input.number,
    patch_url: patch,
    stale_issues: [],
    stale_labels: staleLabels!,
    state: input.state,
    tester: null,
    testers: await context.people(input.testers),
    title: input.title,
    updated_at: context.time(updated),
    updated_by: actor,
    user,
  };
}

/** Below the request's own page, as forges have them; a viewer without such pages shows what lies between two commits. */
function plainTexts(
  { number, url }: PullRequestInput,
  [base, head]: [string, string],
  { links }: EmitContext,
): { diff: string; patch: string } {
  if (url !== undefined) return { diff: `${url}.diff`, patch: `${url}.patch` };
  return {
    diff: links.mergeRequestDiff(number, base, head),
    patch: links.mergeRequestPatch(number, base, head),
  };
}

/** What Gitee has as updates, with the word as their description: receivers know no such actions. */
const UPDATES: readonly string[] = ['assign', 'approved', 'test', 'tested'];

function actionOf({ action, action_desc = action }: MergeRequestInput) {
  return { action: UPDATES.includes(action) ? ('update' as const) : action, action_desc };
}

/** Receivers read `head` unasked. What is not there has Git's zero id, and the ref that a request's head has on a server. */
function unknownSource(number: number, target: string): Source {
  return { branch: `pull/${number}/head`, sha: '0'.repeat(target.length) };
}

function mergeStatus(mergeable: boolean | null): PullRequest['merge_status'] {
  if (mergeable === null) return 'unchecked';
  return mergeable ? 'can_be_merged' : 'can_be_resolve';
}
