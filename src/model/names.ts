/** The names that a webhook is described by: of events, kinds and languages. The command line and the database use them. */

/** Gitee's own names of its events are in `kinds/gitee.ts`. */
export const EVENT_NAMES = ['push', 'tag_push', 'merge_request', 'issue', 'note'] as const;
export type EventName = (typeof EVENT_NAMES)[number];

export const KIND_NAMES = ['gitee', 'dingtalk', 'wecom', 'feishu', 'slack'] as const;
export type KindName = (typeof KIND_NAMES)[number];

/** Kinds of robots whose URL is their only key. */
export const SECRETLESS: readonly KindName[] = ['wecom', 'slack'];

/** True when all events of one push go out in one message: what `grouping` of the kind says, without loading it. */
export function isGrouped(name: KindName): boolean {
  return name !== 'gitee';
}

export const LANGUAGES = ['en', 'zh', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];
