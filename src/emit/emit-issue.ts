/** Another system's issue, completed to Gitee's (gitee-format.md §3.9 and §5). */
import { eventPlace } from '../gitee/build-repository.ts';
import type { EventContent } from '../gitee/event.ts';
import type { IssueObject } from '../gitee/issue.ts';
import type { EmitContext } from './emit-context.ts';
import type { IssueInput, IssueObjectInput } from './issue-input.ts';

/** What Gitee calls the states; the last is not proven (gitee-format.md §3.9). */
const STATE_NAMES = { open: '待办的', progressing: '进行中', closed: '已完成', rejected: '已拒绝' };

export async function emitIssue(input: IssueInput, context: EmitContext): Promise<EventContent> {
  const actor = await context.person(input.actor);
  const issue = await issueObjectOf(input.issue, context);
  const data = {
    ...eventPlace(context, actor),
    action: input.action,
    assignee: issue.assignee,
    description: issue.body,
    iid: issue.number,
    issue,
    milestone: issue.milestone?.title ?? null,
    state: issue.state === 'rejected' ? ('closed' as const) : issue.state,
    // Null in every real delivery, even when somebody was assigned (gitee-format.md §12, D16).
    target_user: null,
    title: issue.title,
    updated_by: actor,
    url: issue.html_url,
    user: issue.user,
  };
  return { name: 'issue', data, facts: { recovered: false } };
}

export async function issueObjectOf(input: IssueObjectInput, context: EmitContext): Promise<IssueObject> {
  const { id, number: given } = await context.externalObject('issue', input.id, { number: input.number });
  const number = given ?? `I${id.toString(36).toUpperCase()}`;
  const [labels] = await context.labels(input.labels);
  return {
    assignee: input.assignee ? await context.person(input.assignee) : null,
    body: input.body ?? '',
    collaborators: await context.people(input.collaborators),
    comments: input.comments ?? 0,
    created_at: context.time(input.created_at),
    html_url: input.url ?? context.links.issue(number),
    id,
    labels: labels!,
    milestone: await context.milestone(input.milestone),
    number,
    state: input.state,
    state_name: input.state_name ?? STATE_NAMES[input.state],
    title: input.title,
    type_name: input.type_name ?? '任务',
    updated_at: context.time(input.updated_at),
    user: await context.person(input.author),
  };
}
