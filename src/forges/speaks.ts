/**
 * What of an event a forge has a word for (docs/forges.md): asked when deliveries are made, so that an event which a forge does
 * not know makes none. No payload is built for it.
 */
import type { EventContent } from '../gitee/event.ts';
import type { RefWord } from '../model/names.ts';

type Content<Name extends EventContent['name']> = Extract<EventContent, { name: Name }>;

/**
 * @param kind of a webhook; of a custom one, in whose words it is told
 * @param word a delivery of its own for a ref that was made or removed; null: for the event itself
 */
export function speaks(kind: string, content: EventContent, word: RefWord | null): boolean {
  switch (kind) {
    case 'github':
      return word === null ? githubSpeaks(content) : isOf(word, content);
    case 'gitlab':
      return word === null && gitlabSpeaks(content);
    case 'gitea':
      return word === null ? giteaSpeaks(content) : isOf(word, content);
    default:
      return word === null;
  }
}

/** Whether a push did to its ref what the word says. */
function isOf(word: RefWord, { name, data }: EventContent): boolean {
  if (name !== 'push' && name !== 'tag_push') return false;
  return word === 'create' ? data.created : data.deleted;
}

function githubSpeaks(content: EventContent): boolean {
  switch (content.name) {
    case 'push':
    case 'tag_push':
    case 'issue':
      return true;
    case 'merge_request':
      return !isReview(content);
    case 'note': {
      const { action, noteable_type: on } = content.data;
      return isOfThread(content) || (on === 'Commit' && action === 'comment');
    }
  }
}

function gitlabSpeaks(content: EventContent): boolean {
  switch (content.name) {
    case 'push':
    case 'tag_push':
      return true;
    case 'merge_request':
      return content.data.action === 'approved' || !isReview(content);
    case 'issue':
      return content.data.action !== 'delete';
    case 'note': {
      const { action, noteable_type: on } = content.data;
      return action !== 'deleted' && (isOfThread(content) || on === 'Commit');
    }
  }
}

function giteaSpeaks(content: EventContent): boolean {
  switch (content.name) {
    case 'push':
      return !content.data.deleted;
    case 'tag_push':
      return true;
    case 'merge_request':
      return !isReview(content);
    case 'issue':
      return content.data.action !== 'delete';
    case 'note':
      return isOfThread(content);
  }
}

/** Approving and testing are steps of Gitee's own. */
function isReview({ data: { action } }: Content<'merge_request'>): boolean {
  return action === 'approved' || action === 'tested' || action === 'test';
}

/** A comment on an issue or a request, and not on a commit or the repository. */
function isOfThread({ data }: Content<'note'>): boolean {
  const { noteable_type: on, issue, pull_request: request } = data;
  return (on === 'Issue' && issue !== null) || (on === 'PullRequest' && request !== null);
}
