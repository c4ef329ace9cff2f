/** What GitLab sends for an event; null where it sends nothing (docs/forges.md). */
import type { EventContent } from '../../gitee/event.ts';
import type { ForgePayload, ForgeSource } from '../forge.ts';
import { gitlabIssue } from './gitlab-issue.ts';
import { gitlabMergeRequest } from './gitlab-merge-request.ts';
import { gitlabNote } from './gitlab-note.ts';
import { gitlabPush } from './gitlab-push.ts';

/** @param word GitLab knows neither `create` nor `delete`: a push says it by zeros */
export function gitlabPayload(
  content: EventContent,
  word: 'create' | 'delete' | null,
  source: ForgeSource,
): ForgePayload | null {
  if (word !== null) return null;
  switch (content.name) {
    case 'push':
      return { event: 'Push Hook', body: gitlabPush(content, source) };
    case 'tag_push':
      return { event: 'Tag Push Hook', body: gitlabPush(content, source) };
    case 'merge_request':
      return payload('Merge Request Hook', gitlabMergeRequest(content, source));
    case 'issue':
      return payload('Issue Hook', gitlabIssue(content.data, source));
    case 'note':
      return payload('Note Hook', gitlabNote(content.data, source));
  }
}

function payload(event: string, body: object | null): ForgePayload | null {
  return body === null ? null : { event, body };
}
