/** Why a webhook hears nothing of an event: the one place that decides it, for deliveries and for `belfry explain`. */
import { type EventContent, refOf } from '../gitee/event.ts';
import { type EventName, isGrouped, type RefWord } from '../model/names.ts';
import type { Subscriber } from '../model/webhook.ts';
import type { PushSkip } from '../settings/settings.ts';
import { isWanted } from './filters.ts';

/** The first of these that says no, in this order. */
export const REFUSALS = [
  'events',
  'repos',
  'branches',
  'tags',
  'pushers',
  'skip_ci',
  'push_skip',
  'paths',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** What a push says beside its events. */
export interface Occasion {
  /** Login; null: nobody knows, or nobody pushed. */
  pusher: string | null;
  options: readonly string[];
  skip: PushSkip;
}

export const NO_OCCASION: Occasion = { pusher: null, options: [], skip: 'off' };

/** What filters ask of an event. What is null says nothing, and no filter on it refuses. */
export interface Asked extends Occasion {
  event: EventName;
  /** Full name. */
  repository: string;
  /** Of a merge request its target. */
  branch: string | null;
  tag: string | null;
  /** Files that it touches: all of them, or null. */
  paths: readonly string[] | null;
  /** Of the commit at its tip. */
  message: string | null;
}

/** @param occasion of the push that the event is of */
export function askedOf(content: EventContent, occasion: Occasion): Asked {
  const ref = refOf(content);
  return {
    ...occasion,
    event: content.name,
    repository: content.data.repository.full_name,
    branch: content.name === 'merge_request' ? content.data.target_branch : below('refs/heads/', ref),
    tag: below('refs/tags/', ref),
    paths: pathsOf(content),
    message: messageOf(content),
  };
}

function below(prefix: string, ref: string | null): string | null {
  return ref?.startsWith(prefix) ? ref.slice(prefix.length) : null;
}

function pathsOf(content: EventContent): readonly string[] | null {
  switch (content.name) {
    case 'push':
      return content.data.deleted ? null : (content.facts.paths ?? null);
    case 'merge_request':
      return content.facts.paths ?? null;
    default:
      return null;
  }
}

function messageOf(content: EventContent): string | null {
  switch (content.name) {
    case 'push':
    case 'tag_push':
      return content.data.head_commit?.message ?? null;
    case 'merge_request':
      return content.facts.head_commit?.message ?? null;
    default:
      return null;
  }
}

export type Filters = Pick<
  Subscriber,
  'id' | 'name' | 'scope' | 'events' | 'repos' | 'branches' | 'tags' | 'paths' | 'pushers' | 'skip_ci'
>;

/** Scope and active flag were asked before. @param word what of a push is told by itself. Null: the webhook wants it */
export function refusal(webhook: Filters, asked: Asked, word: RefWord | null = null): Refusal | null {
  const { event, branch, tag, paths, pusher } = asked;
  if (!webhook.events.includes(word ?? event)) return 'events';
  if (!isWanted(webhook.repos, asked.repository)) return 'repos';
  if (branch !== null && !isWanted(webhook.branches, branch)) return 'branches';
  if (tag !== null && !isWanted(webhook.tags, tag)) return 'tags';
  if (!isPushed(event)) return null;
  if (pusher !== null && !isWanted(webhook.pushers, pusher)) return 'pushers';
  if (webhook.skip_ci && asksForNoCi(asked)) return 'skip_ci';
  if (isSkipped(webhook, asked)) return 'push_skip';
  // Of a ref that was made or removed the word says no files.
  if (webhook.paths.length === 0 || paths === null || word !== null) return null;
  return paths.some(path => isWanted(webhook.paths, path)) ? null : 'paths';
}

function isPushed(event: EventName): boolean {
  return event === 'push' || event === 'tag_push' || event === 'merge_request';
}

/** Words that GitHub and GitLab know, in any case. */
const NO_CI = /\[(skip ci|ci skip|no ci)\]/i;

function asksForNoCi({ message, options }: Asked): boolean {
  return options.some(option => /^ci\.skip(=(true|1))?$/.test(option)) || NO_CI.test(message ?? '');
}

/** The push option, and the name behind it: `belfry.skip` is for all webhooks that it may silence. */
const SKIP = /^belfry\.skip(?:=(.*))?$/s;

/** Whether a push asks for it, allowed or not. */
export function asksToSkip(options: readonly string[]): boolean {
  return options.some(option => SKIP.test(option));
}

function isSkipped({ id, name, scope }: Filters, { options, skip }: Asked): boolean {
  if (skip === 'off' || options.length === 0) return false;
  if (skip === 'repository' && !scope.startsWith('repository:')) return false;
  return options.some(option => {
    const [, wanted] = SKIP.exec(option) ?? [null, null];
    if (wanted === null) return false;
    return wanted === undefined || wanted === '' || wanted === name || wanted === String(id);
  });
}

/** Whether a webhook is told of its refs together, once they are quiet. */
export function waitsForQuiet({ latest_only, kind }: Pick<Subscriber, 'latest_only' | 'kind'>): boolean {
  return latest_only !== null && !isGrouped(kind);
}
