/** The names that a webhook is described by: of events, kinds and languages. The command line and the database use them. */
/** Gitee's own names of its events are in `gitee/hook-names.ts`. */
export declare const EVENT_NAMES: readonly ['push', 'tag_push', 'merge_request', 'issue', 'note'];
export type EventName = (typeof EVENT_NAMES)[number];
/** Of a push that made or removed a ref some forges say so in a delivery of its own. */
export declare const REF_WORDS: readonly ['create', 'delete'];
export type RefWord = (typeof REF_WORDS)[number];
export declare function isRefWord(word: string): word is RefWord;
/** What a webhook may ask for. */
export declare const EVENT_WORDS: readonly ["push", "tag_push", "merge_request", "issue", "note", "create", "delete"];
export type EventWord = (typeof EVENT_WORDS)[number];
export declare const CHAT_NAMES: readonly ['dingtalk', 'wecom', 'feishu', 'slack'];
export type ChatName = (typeof CHAT_NAMES)[number];
/** Kinds that speak as a forge: each request is made of the stored event when it is sent. */
export declare const FORGE_NAMES: readonly ['github', 'gitlab', 'gitea'];
export type ForgeName = (typeof FORGE_NAMES)[number];
export declare const KIND_NAMES: readonly ["gitee", "dingtalk", "wecom", "feishu", "slack", "github", "gitlab", "gitea", "jenkins", "custom"];
export type KindName = (typeof KIND_NAMES)[number];
/** Kinds of robots whose URL is their only key. */
export declare const SECRETLESS: readonly KindName[];
/** Other names of a kind, which an admin may use. */
export declare const KIND_ALIASES: Readonly<Record<string, KindName>>;
/** True when all events of one push go out in one message: what `grouping` of the kind says, without loading it. */
export declare function isGrouped(name: KindName): name is ChatName;
export declare function isForge(name: KindName): name is ForgeName;
/** Whether a kind has deliveries for `create` and `delete`. */
export declare function hasRefWords(name: KindName): boolean;
/**
 * Whether Git is asked for more because a webhook of this kind may hear of it: payloads of forges have fields that Gitee's
 * format lacks.
 */
export declare function wantsFacts(kind: KindName): boolean;
export declare const LANGUAGES: readonly ['en', 'zh', 'ru'];
export type Language = (typeof LANGUAGES)[number];
