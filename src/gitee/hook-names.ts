/** Gitee's names of its events, in the body's `hook_name` (gitee-format.md §1). */
import type { EventName } from '../model/names.ts';

export const HOOK_NAMES: Record<EventName, string> = {
  push: 'push_hooks',
  tag_push: 'tag_push_hooks',
  merge_request: 'merge_request_hooks',
  issue: 'issue_hooks',
  note: 'note_hooks',
};
