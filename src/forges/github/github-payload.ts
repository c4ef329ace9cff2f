/** What GitHub sends for an event; null where it sends nothing (docs/forges.md). */
import type { EventContent } from '../../gitee/event.ts';
import type { RefWord } from '../../model/names.ts';
import type { ForgePayload, ForgeSource } from '../forge.ts';
import { issueEvent } from './github-issue.ts';
import { commentEvent } from './github-note.ts';
import { createEvent, deleteEvent, pushEvent } from './github-push.ts';
import { pullRequestEvent } from './github-request.ts';

/** @param word the delivery of that word for a push; null: the event itself */
export function githubPayload(
  content: EventContent,
  word: RefWord | null,
  source: ForgeSource,
): ForgePayload | null {
  switch (content.name) {
    case 'push':
    case 'tag_push':
      if (word === null) return pushEvent(content, source);
      return word === 'create' ? createEvent(content, source) : deleteEvent(content, source);
    case 'merge_request':
      return word === null ? pullRequestEvent(content, source) : null;
    case 'issue':
      return word === null ? issueEvent(content.data, source) : null;
    case 'note':
      return word === null ? commentEvent(content.data, source) : null;
  }
}
