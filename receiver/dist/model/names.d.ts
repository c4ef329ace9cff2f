/** The names that a webhook is described by: of events, kinds and languages. The command line and the database use them. */
/** Gitee's own names of its events are in `kinds/gitee.ts`. */
export declare const EVENT_NAMES: readonly ['push', 'tag_push', 'merge_request', 'issue', 'note'];
export type EventName = (typeof EVENT_NAMES)[number];
export declare const KIND_NAMES: readonly ['gitee', 'dingtalk', 'wecom', 'feishu', 'slack'];
export type KindName = (typeof KIND_NAMES)[number];
/** True when all events of one push go out in one message: what `grouping` of the kind says, without loading it. */
export declare function isGrouped(name: KindName): boolean;
export declare const LANGUAGES: readonly ['en', 'zh', 'ru'];
export type Language = (typeof LANGUAGES)[number];
