/** The names that a webhook is described by: of events, kinds and languages. The command line and the database use them. */
/** Gitee's own names of its events are in `gitee/hook-names.ts`. */
export const EVENT_NAMES = ['push', 'tag_push', 'merge_request', 'issue', 'note'];
/** Of a push that made or removed a ref some forges say so in a delivery of its own. */
export const REF_WORDS = ['create', 'delete'];
export function isRefWord(word) {
    return REF_WORDS.includes(word);
}
/** What a webhook may ask for. */
export const EVENT_WORDS = [...EVENT_NAMES, ...REF_WORDS];
export const CHAT_NAMES = ['dingtalk', 'wecom', 'feishu', 'slack'];
/** Kinds that speak as a forge: each request is made of the stored event when it is sent. */
export const FORGE_NAMES = ['github', 'gitlab', 'gitea'];
export const KIND_NAMES = ['gitee', ...CHAT_NAMES, ...FORGE_NAMES, 'jenkins', 'custom'];
/** Kinds of robots whose URL is their only key. */
export const SECRETLESS = ['wecom', 'slack'];
/** Other names of a kind, which an admin may use. */
export const KIND_ALIASES = { forgejo: 'gitea', gogs: 'gitea' };
/** True when all events of one push go out in one message: what `grouping` of the kind says, without loading it. */
export function isGrouped(name) {
    return CHAT_NAMES.includes(name);
}
export function isForge(name) {
    return FORGE_NAMES.includes(name);
}
/** Whether a kind has deliveries for `create` and `delete`. */
export function hasRefWords(name) {
    return name === 'github' || name === 'gitea';
}
/**
 * Whether Git is asked for more because a webhook of this kind may hear of it: payloads of forges have fields that Gitee's
 * format lacks.
 */
export function wantsFacts(kind) {
    return isForge(kind) || kind === 'custom';
}
export const LANGUAGES = ['en', 'zh', 'ru'];
