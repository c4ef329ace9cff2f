/** What a webhook of a kind is where an admin does not say. */
import { type EventWord, isForge, type KindName } from '../model/names.ts';
import type { AuthMode } from '../model/webhook.ts';

/** Receivers made for a forge do not mind tags, and some answer other events with an error. */
export function defaultEvents(kind: KindName): EventWord[] {
  return isForge(kind) ? ['push', 'tag_push'] : ['push'];
}

/** How a kind can use a secret; the first one is meant when nothing is said. */
export function authModesOf(kind: KindName): Exclude<AuthMode, 'none'>[] {
  switch (kind) {
    case 'github':
    case 'gitea':
    case 'custom':
      return ['signature'];
    // What GitLab calls secret token is sent as it is; its signing token is new.
    case 'gitlab':
      return ['password', 'signature'];
    // Its secret is a token that proves who sends, and signs nothing.
    case 'jenkins':
      return [];
    default:
      return ['signature', 'password'];
  }
}
