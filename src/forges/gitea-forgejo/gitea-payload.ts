/**
 * What Gitea, Forgejo and Gogs send for an event; null where they send nothing (docs/forges.md). The folder has Forgejo's
 * name too, so that nobody takes it for Gitee's.
 */
import type { EventContent } from '../../gitee/event.ts';
import type { ForgePayload, ForgeSource } from '../forge.ts';
import { issueEvent } from './gitea-issue.ts';
import { commentEvent } from './gitea-note.ts';
import { createEvent, deleteEvent, pushEvent } from './gitea-push.ts';
import { pullRequestEvent } from './gitea-request.ts';

/** @param word the delivery of that word for a push; null: the event itself */
export function giteaPayload(
  content: EventContent,
  word: 'create' | 'delete' | null,
  source: ForgeSource,
): ForgePayload | null {
  const isPush = content.name === 'push' || content.name === 'tag_push';
  if (word !== null) {
    if (!isPush) return null;
    return word === 'create' ? createEvent(content, source) : deleteEvent(content, source);
  }
  switch (content.name) {
    case 'push':
    case 'tag_push':
      return pushEvent(content, source);
    case 'merge_request':
      return pullRequestEvent(content, source);
    case 'issue':
      return issueEvent(content.data, source);
    case 'note':
      return commentEvent(content.data, source);
  }
}
