/** What a webhook of a kind is where an admin does not say. */
import { jenkinsPlace } from '../kinds/jenkins-request.ts';
import { type EventWord, isForge, isGrouped, type KindName, SECRETLESS } from '../model/names.ts';
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

/**
 * Why a webhook of a kind cannot have this secret: chats make the secrets of their robots themselves, and two of them have
 * none; so does Jenkins' git plugin. What was wanted, what to do; null: it can.
 */
export function secretRefusal(
  kind: KindName,
  url: string,
  generated: boolean,
): { wanted: string; hint: string } | null {
  const isJenkins = kind === 'jenkins' && jenkinsPlace(url) === 'notify';
  if (!isJenkins && !isGrouped(kind)) return null;
  if (SECRETLESS.includes(kind))
    return { wanted: `none for a ${kind} robot: its URL is its key`, hint: 'Leave it out.' };
  if (!generated) return null;
  return {
    wanted: `the one that ${kind} made${isJenkins ? '' : ' for the robot'}, not a generated one`,
    hint: `Copy it from the ${isJenkins ? '' : 'robot’s '}security settings, and use --secret-stdin or --secret-env.`,
  };
}
