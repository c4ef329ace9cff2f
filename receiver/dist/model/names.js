/** The names that a webhook is described by: of events, kinds and languages. The command line and the database use them. */
/** Gitee's own names of its events are in `kinds/gitee.ts`. */
export const EVENT_NAMES = ['push', 'tag_push', 'merge_request', 'issue', 'note'];
export const KIND_NAMES = ['gitee', 'dingtalk', 'wecom', 'feishu', 'slack'];
/** True when all events of one push go out in one message: what `grouping` of the kind says, without loading it. */
export function isGrouped(name) {
    return name !== 'gitee';
}
export const LANGUAGES = ['en', 'zh', 'ru'];
