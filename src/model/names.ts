/** The names that a webhook is described by: of events, kinds and languages. The command line and the database use them. */

/** Gitee's own names of its events are in `gitee/hook-names.ts`. */
export const EVENT_NAMES = ['push', 'tag_push', 'merge_request', 'issue', 'note'] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** Of a push that made or removed a ref some forges say so in a delivery of its own. */
export const REF_WORDS = ['create', 'delete'] as const;
export type RefWord = (typeof REF_WORDS)[number];

export function isRefWord(word: string): word is RefWord {
  return (REF_WORDS as readonly string[]).includes(word);
}

/** What a webhook may ask for. */
export const EVENT_WORDS = [...EVENT_NAMES, ...REF_WORDS] as const;
export type EventWord = (typeof EVENT_WORDS)[number];

export const CHAT_NAMES = ['dingtalk', 'wecom', 'feishu', 'slack'] as const;
export type ChatName = (typeof CHAT_NAMES)[number];

/** Kinds that speak as a forge: each request is made of the stored event when it is sent. */
export const FORGE_NAMES = ['github', 'gitlab', 'gitea'] as const;
export type ForgeName = (typeof FORGE_NAMES)[number];

export const KIND_NAMES = ['gitee', ...CHAT_NAMES, ...FORGE_NAMES, 'jenkins', 'custom'] as const;
export type KindName = (typeof KIND_NAMES)[number];

/** Kinds of robots whose URL is their only key. */
export const SECRETLESS: readonly KindName[] = ['wecom', 'slack'];

/** Other names of a kind, which an admin may use. */
export const KIND_ALIASES: Readonly<Record<string, KindName>> = { forgejo: 'gitea', gogs: 'gitea' };

/** True when all events of one push go out in one message: what `grouping` of the kind says, without loading it. */
export function isGrouped(name: KindName): name is ChatName {
  return (CHAT_NAMES as readonly KindName[]).includes(name);
}

export function isForge(name: KindName): name is ForgeName {
  return (FORGE_NAMES as readonly KindName[]).includes(name);
}

/** Whether a kind has deliveries for `create` and `delete`. */
export function hasRefWords(name: KindName): boolean {
  return name === 'github' || name === 'gitea';
}

/**
 * Whether Git is asked for more because a webhook of this kind may hear of it: payloads of forges have fields that Gitee's
 * format lacks.
 */
export function wantsFacts(kind: KindName): boolean {
  return isForge(kind) || kind === 'custom';
}

export const LANGUAGES = ['en', 'zh', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];
