/** What checking a delivery came to. Words for programs; `message` is for a log and never holds a secret. */
export function refuse(reason, message) {
    return { ok: false, reason, message };
}
