/** Whether a webhook wants an event: its events and its branch filters. Scope and active flag are the query's part. */
import type { EventContent } from '../gitee/event.ts';
import type { Webhook } from '../model/webhook.ts';
import { branchWanted } from './branch-filter.ts';

export function wants(webhook: Pick<Webhook, 'events' | 'branches'>, event: EventContent): boolean {
  if (!webhook.events.includes(event.name)) return false;
  const branch = branchOf(event);
  return branch === null || branchWanted(webhook.branches, branch);
}

/** The branch that filters apply to: of a merge request its target; tags, issues and comments have none. */
function branchOf(event: EventContent): string | null {
  switch (event.name) {
    case 'push':
      return event.data.ref.replace(/^refs\/heads\//, '');
    case 'merge_request':
      return event.data.target_branch;
    default:
      return null;
  }
}
