/** What checking a delivery came to. Words for programs; `message` is for a log and never holds a secret. */
/** `gitea` is Forgejo and Gogs too. */
export const DIALECTS = ['gitee', 'github', 'gitlab', 'gitea'];
export function refuse(reason, message) {
    return { ok: false, reason, message };
}
